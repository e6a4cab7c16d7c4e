package io.gpusnapshot.internal.scan;

/**
 * What to leave out of a walk.
 *
 * @param exclude what matches is left out, directories with all that is in them
 * @param oneFileSystem do not enter directories on other file systems than the workspace's own
 * @param honorCacheTags leave out what lies in directories with a {@code CACHEDIR.TAG} (bford.info/cachedir)
 */
public record ScanOptions(PathRules exclude, boolean oneFileSystem, boolean honorCacheTags) {}
