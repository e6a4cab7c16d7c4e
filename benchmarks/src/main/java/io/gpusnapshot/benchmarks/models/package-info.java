/**
 * Codecs on real weights. Start reading at {@link io.gpusnapshot.benchmarks.models.CodecTable}.
 */
@NullMarked
package io.gpusnapshot.benchmarks.models;

import org.jspecify.annotations.NullMarked;
