/** Tests of cutting and packing. */
@NullMarked
package io.gpusnapshot.internal.chunk;

import org.jspecify.annotations.NullMarked;
