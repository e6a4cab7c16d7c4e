/**
 * A repository of every format version, as the version that made it has left it. Start reading at {@link
 * io.gpusnapshot.golden.GoldenSnapshotTest}.
 */
@NullMarked
package io.gpusnapshot.golden;

import org.jspecify.annotations.NullMarked;
