/**
 * Walks a workspace in walk order and applies the rules that leave things out. Start reading at {@link
 * io.gpusnapshot.internal.scan.WorkspaceScanner}.
 */
@NullMarked
package io.gpusnapshot.internal.scan;

import org.jspecify.annotations.NullMarked;
