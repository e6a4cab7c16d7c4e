package io.gpusnapshot.internal.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.gpusnapshot.model.RawPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calls that every single file of a workspace costs. Paths and answers lie in native memory of the calling thread,
 * since JNA copies arrays in and out, which takes longer than such a call itself. Attributes come from {@code statx},
 * whose answer has one layout on all processors.
 */
final class NativeFiles {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int O_CLOEXEC = 02000000;
    /** Of the processors that the JDK runs Linux on, some have numbers of their own for this flag. */
    private static final int O_NOFOLLOW = noFollowFlag(System.getProperty("os.arch", ""));

    private static final int EINTR = 4;

    private final ThreadLocal<CallMemory> memory = ThreadLocal.withInitial(CallMemory::new);

    private NativeFiles() {}

    private static int noFollowFlag(String processor) {
        return processor.equals("aarch64") || processor.startsWith("ppc64") ? 0100000 : 0400000;
    }

    /** Empty where the C library or the kernel does not know {@code statx}, or a container forbids it. */
    static Optional<NativeFiles> load() {
        try {
            NativeFiles files = new NativeFiles();
            files.attributes(RawPath.of("/"));
            return Optional.of(files);
        } catch (LinkageError | IOException unavailable) {
            return Optional.empty();
        }
    }

    UnixAttributes attributes(RawPath path) throws IOException {
        CallMemory call = memory.get();
        call.setPath(path);
        try {
            LibC.statx(AT_FDCWD, call.path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, call.status);
            return call.attributes();
        } catch (LastErrorException error) {
            throw NativePosixCalls.failure(path, error);
        }
    }

    List<ExaminedEntry> attributes(RawPath directory, List<byte[]> names) throws IOException {
        CallMemory call = memory.get();
        call.setPath(directory);
        List<ExaminedEntry> examined = new ArrayList<>(names.size());
        try {
            int descriptor = open(call, 0);
            try {
                for (byte[] name : names) {
                    examined.add(attributes(descriptor, directory, name, call));
                }
            } finally {
                LibC.close(descriptor);
            }
        } catch (LastErrorException error) {
            throw NativePosixCalls.failure(directory, error);
        }
        return examined;
    }

    private static ExaminedEntry attributes(int descriptor, RawPath directory, byte[] name, CallMemory call) {
        try {
            call.setName(name);
            LibC.statx(descriptor, call.path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, call.status);
            return ExaminedEntry.of(call.attributes());
        } catch (LastErrorException error) {
            return ExaminedEntry.of(NativePosixCalls.failure(directory.child(name), error));
        }
    }

    boolean hasExtendedAttributes(RawPath path) throws LastErrorException, IOException {
        CallMemory call = memory.get();
        call.setPath(path);
        return LibC.llistxattr(call.path, 0, 0) > 0;
    }

    UnixAttributes readFile(RawPath path, ByteBuffer target) throws IOException {
        CallMemory call = memory.get();
        call.setPath(path);
        try {
            int descriptor = open(call, O_NOFOLLOW);
            try {
                readFully(descriptor, target);
                call.setEmptyPath();
                LibC.statx(descriptor, call.path, AT_EMPTY_PATH, STATX_BASIC_STATS, call.status);
                return call.attributes();
            } finally {
                LibC.close(descriptor);
            }
        } catch (LastErrorException error) {
            throw NativePosixCalls.failure(path, error);
        }
    }

    private static int open(CallMemory call, int flags) {
        while (true) {
            try {
                return LibC.open(call.path, O_CLOEXEC | flags);
            } catch (LastErrorException error) {
                requireInterrupted(error);
            }
        }
    }

    private static void readFully(int descriptor, ByteBuffer target) {
        long address = Pointer.nativeValue(Native.getDirectBufferPointer(target));
        while (target.hasRemaining()) {
            try {
                long count = LibC.read(descriptor, address + target.position(), target.remaining());
                if (count == 0) {
                    return;
                }
                target.position(target.position() + (int) count);
            } catch (LastErrorException error) {
                requireInterrupted(error);
            }
        }
    }

    private static void requireInterrupted(LastErrorException error) {
        if (error.getErrorCode() != EINTR) {
            throw error;
        }
    }

    /** What one thread passes to the kernel and gets from it. */
    private static final class CallMemory {
        private static final int STATUS_BYTES = 256;
        private static final int PATH_BYTES = 4096;

        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect(STATUS_BYTES + PATH_BYTES).order(ByteOrder.nativeOrder());
        final long status = Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
        final long path = status + STATUS_BYTES;

        void setPath(RawPath file) throws FileSystemException {
            if (file.length() >= PATH_BYTES) {
                throw new FileSystemException(file.toString(), null, "File name too long");
            }
            buffer.position(STATUS_BYTES);
            file.writeTo(buffer);
            buffer.put((byte) 0);
        }

        /** Names in a directory have 255 bytes at most. */
        void setName(byte[] name) {
            buffer.position(STATUS_BYTES);
            buffer.put(name).put((byte) 0);
        }

        void setEmptyPath() {
            buffer.put(STATUS_BYTES, (byte) 0);
        }

        UnixAttributes attributes() {
            long device = (long) buffer.getInt(136) << 32 | Integer.toUnsignedLong(buffer.getInt(140));
            return new UnixAttributes(
                    Short.toUnsignedInt(buffer.getShort(28)),
                    buffer.getLong(32),
                    device,
                    buffer.getInt(16),
                    buffer.getInt(20),
                    buffer.getInt(24),
                    buffer.getLong(40),
                    Instant.ofEpochSecond(buffer.getLong(112), buffer.getInt(120)),
                    Instant.ofEpochSecond(buffer.getLong(96), buffer.getInt(104)));
        }
    }

    /** Direct mappings, with addresses as numbers; each throws on -1. */
    private static final class LibC {
        static {
            Native.register(LibC.class, NativeLibrary.getInstance("c"));
        }

        static native int statx(int directory, long path, int flags, int mask, long status) throws LastErrorException;

        static native int open(long path, int flags) throws LastErrorException;

        static native long read(int descriptor, long target, long size) throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;

        static native long llistxattr(long path, long names, long size) throws LastErrorException;
    }
}
