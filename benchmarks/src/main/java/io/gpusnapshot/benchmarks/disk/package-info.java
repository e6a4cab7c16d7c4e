/** What disks are good for: {@link io.gpusnapshot.benchmarks.disk.DirectWrites}. */
@NullMarked
package io.gpusnapshot.benchmarks.disk;

import org.jspecify.annotations.NullMarked;
