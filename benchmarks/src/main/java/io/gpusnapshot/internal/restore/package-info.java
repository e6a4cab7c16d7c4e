/** A benchmark of what restores keep to themselves. */
@NullMarked
package io.gpusnapshot.internal.restore;

import org.jspecify.annotations.NullMarked;
