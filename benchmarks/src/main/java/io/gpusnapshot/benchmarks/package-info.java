/**
 * JMH benchmarks of the hot paths, one class per path. Start reading at {@link
 * io.gpusnapshot.benchmarks.CodecBenchmark}; docs/performance.md tells how to run them. Where an operation works on
 * content, one operation is one MiB of it, so that scores read as MiB per second.
 */
@NullMarked
package io.gpusnapshot.benchmarks;

import org.jspecify.annotations.NullMarked;
