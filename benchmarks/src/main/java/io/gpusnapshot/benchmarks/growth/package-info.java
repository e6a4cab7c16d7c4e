/**
 * Restores of any size without a disk that has it: a snapshot whose content is computed, a server of it, and a restore
 * whose files are removed as soon as they are complete. Start reading at {@link
 * io.gpusnapshot.benchmarks.growth.GrowthRestore}.
 */
@NullMarked
package io.gpusnapshot.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
