package io.gpusnapshot;

import static java.util.Objects.requireNonNull;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.chunk.PackWriter;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.model.Chunking;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.remote.SshTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What to snapshot, and how. Immutable; made by {@link #builder()}.
 *
 * @param target the host that the workspace is on; empty for this machine
 * @param workspace directory to snapshot
 * @param instanceId name of the host in the snapshot's id; empty for what the host calls itself
 * @param exclude patterns in gitignore syntax; what matches is left out
 * @param parentChoice which snapshot to build upon
 * @param codec {@code auto} for whichever codec serves a chunk best, or the id of the one to use
 * @param delta store what is new in a file as its difference to the parent's where that takes fewer bytes
 * @param chunking where large files are cut
 * @param chunkBytes raw size at which large files are cut, or at most if they are cut by content; empty for the parent's,
 *     or for what suits the workspace
 * @param packBytes stored size at which packs are sealed and sent; empty for 32 MiB, or less where memory is short. The
 *     first packs of a snapshot are smaller, so that a small one is sent over several connections too
 * @param oneFileSystem leave out what is mounted inside the workspace
 * @param honorCacheTags leave out directories that a {@code CACHEDIR.TAG} marks as caches
 * @param failOnSkipped commit nothing if any entry could not be taken as it is; packs that were stored by then stay
 *     until they are pruned
 * @param labels texts to keep with the snapshot
 * @param before commands to run on the host before it is read
 * @param after commands to run on the host afterwards, also if the create failed
 */
public record CreateRequest(
        Optional<SshTarget> target,
        Path workspace,
        Optional<String> instanceId,
        List<String> exclude,
        ParentChoice parentChoice,
        String codec,
        boolean delta,
        Chunking chunking,
        OptionalInt chunkBytes,
        OptionalInt packBytes,
        boolean oneFileSystem,
        boolean honorCacheTags,
        boolean failOnSkipped,
        Map<String, String> labels,
        List<HostHook> before,
        List<HostHook> after) {
    /** The choice that looks at each chunk and takes what makes it smallest without slowing things down. */
    public static final String AUTO_CODEC = "auto";

    public CreateRequest {
        target.ifPresent(host -> Workspaces.requireRemote(host, workspace));
        exclude = List.copyOf(exclude);
        labels = Map.copyOf(labels);
        before = List.copyOf(before);
        after = List.copyOf(after);
        PathRules.parse(exclude);
        if (delta && codec.equals(CodecRegistry.NONE)) {
            throw new IllegalArgumentException(
                    "Differences take fewer bytes only when they are encoded, but the codec is none; choose another, or no"
                            + " differences");
        }
        if (chunkBytes.isPresent() && !isChunkSize(chunkBytes.getAsInt())) {
            throw new IllegalArgumentException("chunkBytes must be a power of two from " + StoredChunk.MIN_CUT_BYTES
                    + " to " + StoredChunk.MAX_RAW_BYTES + ", but is " + chunkBytes.getAsInt());
        }
        packBytes.ifPresent(
                bytes -> Bounds.require("packBytes", bytes, PackWriter.MIN_PACK_BYTES, PackWriter.MAX_PACK_BYTES));
    }

    private static boolean isChunkSize(int bytes) {
        return bytes >= StoredChunk.MIN_CUT_BYTES && bytes <= StoredChunk.MAX_RAW_BYTES && Integer.bitCount(bytes) == 1;
    }

    /** Which snapshot a create compares with. Files unchanged since then are not read, and no chunk of it is stored again. */
    public sealed interface ParentChoice {
        /** The newest snapshot of the same instance id, else the newest of all, else none. */
        record Newest() implements ParentChoice {}

        /** None: every file is read and every chunk is stored. */
        record None() implements ParentChoice {}

        /** This one. */
        record Of(SnapshotId id) implements ParentChoice {}
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of a request. Not thread-safe. */
    public static final class Builder {
        private Optional<SshTarget> target = Optional.empty();
        private @Nullable Path workspace;
        private Optional<String> instanceId = Optional.empty();
        private final List<String> exclude = new ArrayList<>();
        private ParentChoice parentChoice = new ParentChoice.Newest();
        private String codec = AUTO_CODEC;
        private boolean delta;
        private Chunking chunking = Chunking.FIXED;
        private OptionalInt chunkBytes = OptionalInt.empty();
        private OptionalInt packBytes = OptionalInt.empty();
        private boolean oneFileSystem = true;
        private boolean honorCacheTags = true;
        private boolean failOnSkipped;
        private final Map<String, String> labels = new LinkedHashMap<>();
        private final List<HostHook> before = new ArrayList<>();
        private final List<HostHook> after = new ArrayList<>();

        private Builder() {}

        /** The host that the workspace is on. Default: this machine. */
        public Builder target(SshTarget host) {
            target = Optional.of(host.requireComplete());
            return this;
        }

        /** The directory to snapshot, absolute if it is on another host. Required. */
        public Builder workspace(Path directory) {
            workspace = requireNonNull(directory);
            return this;
        }

        /**
         * The directory to snapshot.
         *
         * @throws IllegalArgumentException if the locale cannot express the path
         */
        public Builder workspace(String directory) {
            return workspace(Workspaces.parse(directory));
        }

        /** Names the host in the snapshot's id. Default: what the host calls itself. */
        public Builder instanceId(String id) {
            if (id.isBlank()) {
                throw new IllegalArgumentException("instanceId is blank; name the host, or leave it out");
            }
            instanceId = Optional.of(id);
            return this;
        }

        /** Leaves out what matches a pattern in gitignore syntax. Later patterns win; {@code !} takes back in. */
        public Builder exclude(String pattern) {
            exclude.add(requireNonNull(pattern));
            return this;
        }

        /** Default: {@link ParentChoice.Newest}. */
        public Builder parent(ParentChoice choice) {
            parentChoice = requireNonNull(choice);
            return this;
        }

        /** {@code auto} (default), {@code none}, {@code lz4}, {@code zstd}, {@code floats}, or another on the class path. */
        public Builder codec(String id) {
            codec = requireNonNull(id);
            return this;
        }

        /**
         * Whether to store what is new in a large file as its difference to what the parent has at the same place, where
         * that takes fewer bytes. The parent's chunks are read from the repository for that, and again by every restore;
         * it pays where storage costs more than reading it, or where hosts hold the snapshot with the bases already.
         * Default: false.
         */
        public Builder delta(boolean differences) {
            delta = differences;
            return this;
        }

        /** Where large files are cut. Default: {@link Chunking#FIXED}. */
        public Builder chunking(Chunking where) {
            chunking = requireNonNull(where);
            return this;
        }

        /** Raw size in bytes at which large files are cut, or at most: a power of two from 64 KiB to 16 MiB. */
        public Builder chunkBytes(int bytes) {
            chunkBytes = OptionalInt.of(bytes);
            return this;
        }

        /**
         * Stored size in bytes at which packs are sealed and sent: 8 to 256 MiB, and at most what leaves room for two in
         * half of the memory budget. Default: 32 MiB, or less where memory is short. Larger ones mean fewer objects in
         * the store, and fewer on their way at once.
         */
        public Builder packBytes(int bytes) {
            packBytes = OptionalInt.of(bytes);
            return this;
        }

        /** Whether to leave out what is mounted inside the workspace. Default: true. */
        public Builder oneFileSystem(boolean stay) {
            oneFileSystem = stay;
            return this;
        }

        /** Whether to leave out directories that a {@code CACHEDIR.TAG} marks as caches. Default: true. */
        public Builder honorCacheTags(boolean honor) {
            honorCacheTags = honor;
            return this;
        }

        /** Whether to fail, with nothing committed, if any entry cannot be taken as it is. Default: false. */
        public Builder failOnSkipped(boolean fail) {
            failOnSkipped = fail;
            return this;
        }

        /** Keeps a text with the snapshot. */
        public Builder label(String name, String value) {
            labels.put(requireNonNull(name), requireNonNull(value));
            return this;
        }

        /** Runs a command on the host before the workspace is read, for example to quiesce who writes to it. */
        public Builder before(HostHook hook) {
            before.add(requireNonNull(hook));
            return this;
        }

        /** Runs a command on the host afterwards, whatever has come of the create, to undo what came before it. */
        public Builder after(HostHook hook) {
            after.add(requireNonNull(hook));
            return this;
        }

        /**
         * @throws IllegalArgumentException if a pattern or a size is malformed
         * @throws IllegalStateException if no workspace was named
         */
        public CreateRequest build() {
            if (workspace == null) {
                throw new IllegalStateException("CreateRequest needs a workspace");
            }
            return new CreateRequest(
                    target,
                    workspace,
                    instanceId,
                    exclude,
                    parentChoice,
                    codec,
                    delta,
                    chunking,
                    chunkBytes,
                    packBytes,
                    oneFileSystem,
                    honorCacheTags,
                    failOnSkipped,
                    labels,
                    before,
                    after);
        }
    }
}
