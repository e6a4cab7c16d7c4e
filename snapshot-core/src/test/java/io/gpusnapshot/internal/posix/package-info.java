/** Tests of the package of the same name. */
@NullMarked
package io.gpusnapshot.internal.posix;

import org.jspecify.annotations.NullMarked;
