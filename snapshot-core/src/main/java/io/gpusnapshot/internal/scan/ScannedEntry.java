package io.gpusnapshot.internal.scan;

import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.RawPath;
import java.util.Optional;

/**
 * Something that stands in the workspace: a file, a directory or a symbolic link.
 *
 * @param path relative to the workspace
 * @param file where it is, absolute
 * @param linkTarget present for symbolic links only
 */
public record ScannedEntry(RawPath path, RawPath file, UnixAttributes attributes, Optional<RawPath> linkTarget) {}
