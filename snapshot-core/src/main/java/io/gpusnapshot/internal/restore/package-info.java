/**
 * Restores a snapshot into a workspace on this machine. Start reading at {@link
 * io.gpusnapshot.internal.restore.RestoreWorkflow}.
 *
 * <pre>
 * survey    read the manifest through: digest, paths, totals; look for obstacles in the target; check free space
 * planner   read it again: make directories and links, gather the visits that chunks must be paid into ranges
 * workers   per visit: is the data in the target already? else GET, decode, verify; then write to temporary files
 *           and, with a file's last visit, give it its metadata and its name
 * at the end delete what is extraneous, make everything durable, remove the marker
 * </pre>
 *
 * <p>A restore that was interrupted leaves its marker and temporary files. Running it again finds what is there by
 * comparing digests and fetches only the rest.
 */
@NullMarked
package io.gpusnapshot.internal.restore;

import org.jspecify.annotations.NullMarked;
