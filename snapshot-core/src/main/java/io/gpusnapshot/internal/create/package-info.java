/**
 * Takes a snapshot of a workspace on this machine. Start reading at {@link
 * io.gpusnapshot.internal.create.CreateWorkflow}.
 *
 * <pre>
 * scanner    walk the workspace ──► queue of entries
 * planner    skip what is unchanged, gather small files into batches, cut large ones ──► tasks, in order
 * workers    read, hash, look up, encode (any order)
 * assembler  take the results in order: append chunks to packs, write entry lines
 * uploaders  store full packs
 * at the end header, tables and entry lines become the manifest, whose put is the commit
 * </pre>
 */
@NullMarked
package io.gpusnapshot.internal.create;

import org.jspecify.annotations.NullMarked;
