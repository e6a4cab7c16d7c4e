/**
 * How to use the SDK: one small class per task, each run by a test. Start reading at {@link
 * io.gpusnapshot.examples.EmbeddedExample}.
 */
@NullMarked
package io.gpusnapshot.examples;

import org.jspecify.annotations.NullMarked;
