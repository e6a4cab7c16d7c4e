/** Tests of the package of the same name. */
@NullMarked
package io.gpusnapshot.internal.scan;

import org.jspecify.annotations.NullMarked;
