/** Tests of the package of the same name. */
@NullMarked
package io.gpusnapshot.internal.replicate;

import org.jspecify.annotations.NullMarked;
