/** Benchmarks of what the codec keeps to itself. */
@NullMarked
package io.gpusnapshot.codec.floats;

import org.jspecify.annotations.NullMarked;
