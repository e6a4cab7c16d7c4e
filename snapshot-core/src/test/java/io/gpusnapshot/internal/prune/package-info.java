/** Tests of the package of the same name. */
@NullMarked
package io.gpusnapshot.internal.prune;

import org.jspecify.annotations.NullMarked;
