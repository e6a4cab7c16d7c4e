/** Tests of what a restore is made of. */
@NullMarked
package io.gpusnapshot.internal.restore;

import org.jspecify.annotations.NullMarked;
