package io.gpusnapshot.internal.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The calls of the C library, on 64-bit Linux, where {@code time_t}, {@code off_t} and {@code long} have 64 bits. */
final class NativePosixCalls implements PosixCalls {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final long UTIME_OMIT = 0x3ffffffe;
    private static final int O_CLOEXEC = 02000000;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int ENOENT = 2;
    private static final int ENXIO = 6;
    private static final int EACCES = 13;
    private static final int EPERM = 1;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ERANGE = 34;
    private static final int ENOTSUP = 95;
    private static final byte[] USER_NAMESPACE = "user.".getBytes(StandardCharsets.US_ASCII);
    /** Eleven words and a reserve: {@code struct statvfs} on every 64-bit Linux. */
    private static final int STATVFS_WORDS = 24;

    private static final int STATVFS_FILES = 5;
    private static final int STATVFS_FILES_AVAILABLE = 7;

    private final ProcessIdentity identity;
    private final Optional<NativeFiles> files = NativeFiles.load();

    private NativePosixCalls() {
        this.identity = new ProcessIdentity(
                Integer.toUnsignedLong(LibC.geteuid()), Integer.toUnsignedLong(LibC.getegid()), newFileMode());
    }

    /** The kernel tells the mask (Linux 4.7 and later); asking for it by umask(2) would change it for a moment. */
    private static int newFileMode() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("Umask:"))
                    .findFirst()
                    .map(line -> 0666 & ~Integer.parseInt(line.substring(6).strip(), 8))
                    .orElse(-1);
        } catch (IOException | UncheckedIOException | NumberFormatException unknown) {
            return -1;
        }
    }

    static NativePosixCalls load() {
        if (Native.LONG_SIZE != 8 || Native.POINTER_SIZE != 8) {
            throw new IllegalStateException("not a 64-bit platform");
        }
        return new NativePosixCalls();
    }

    @Override
    public void setModified(Path path, Instant time) throws IOException {
        long[] times = {0, UTIME_OMIT, time.getEpochSecond(), time.getNano()};
        call(path, name -> LibC.utimensat(AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public void setMode(Path path, int mode) throws IOException {
        call(path, name -> LibC.chmod(name, mode));
    }

    @Override
    public void setOwner(Path path, long userId, long groupId) throws IOException {
        call(path, name -> LibC.lchown(name, (int) userId, (int) groupId));
    }

    @Override
    public void createSymlink(Path link, RawPath target) throws IOException {
        call(link, name -> LibC.symlink(terminated(target.bytes()), name));
    }

    @Override
    public UnixAttributes attributes(RawPath path) throws IOException {
        return files.isPresent() ? files.get().attributes(path) : UnixAttributes.readPortably(path);
    }

    @Override
    public List<ExaminedEntry> attributes(RawPath directory, List<byte[]> names) throws IOException {
        return files.isPresent()
                ? files.get().attributes(directory, names)
                : PosixCalls.super.attributes(directory, names);
    }

    @Override
    public UnixAttributes readFile(RawPath path, ByteBuffer target) throws IOException {
        return files.isPresent() ? files.get().readFile(path, target) : PortablePosixCalls.read(path, target);
    }

    @Override
    public List<ExtendedAttribute> readExtendedAttributes(RawPath path) throws IOException {
        byte[] name = terminated(path.bytes());
        if (!hasAttributes(path, name)) {
            return List.of();
        }
        List<ExtendedAttribute> attributes = new ArrayList<>(1);
        byte[] names = readSized(path, (buffer, size) -> LibC.llistxattr(name, buffer, size));
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                byte[] attribute = Arrays.copyOfRange(names, start, i);
                start = i + 1;
                if (Arrays.mismatch(attribute, USER_NAMESPACE) == USER_NAMESPACE.length) {
                    byte[] value = readSized(
                            path, (buffer, size) -> LibC.lgetxattr(name, terminated(attribute), buffer, size));
                    attributes.add(new ExtendedAttribute(RawPath.ofBytes(attribute), value));
                }
            }
        }
        return attributes;
    }

    /** Most files have none, and asking for the size alone is cheaper than for names. */
    private boolean hasAttributes(RawPath path, byte[] name) throws IOException {
        try {
            return files.isPresent() ? files.get().hasExtendedAttributes(path) : LibC.llistxattr(name, null, 0) > 0;
        } catch (LastErrorException error) {
            if (error.getErrorCode() == ENOTSUP) {
                return false;
            }
            throw failure(path, error);
        }
    }

    /** Reads into a buffer that grows until the kernel no longer says that it is too small. */
    private static byte[] readSized(RawPath path, SizedCall call) throws IOException {
        for (int size = 256; ; size *= 16) {
            byte[] buffer = new byte[size];
            try {
                return Arrays.copyOf(buffer, (int) call.apply(buffer, size));
            } catch (LastErrorException error) {
                if (error.getErrorCode() == ENOTSUP) {
                    return new byte[0];
                }
                if (error.getErrorCode() != ERANGE || size > 1 << 20) {
                    throw failure(path, error);
                }
            }
        }
    }

    @Override
    public void writeAttribute(Path path, ExtendedAttribute attribute) throws IOException {
        byte[] value = attribute.value();
        byte[] attributeName = terminated(attribute.name().bytes());
        call(path, name -> LibC.lsetxattr(name, attributeName, value, value.length, 0));
    }

    @Override
    public void removeAttribute(Path path, RawPath attribute) throws IOException {
        byte[] attributeName = terminated(attribute.bytes());
        call(path, name -> LibC.lremovexattr(name, attributeName));
    }

    @Override
    public List<DataRegion> dataRegions(Path path, long sizeBytes) throws IOException {
        return withDescriptor(path, descriptor -> {
            List<DataRegion> regions = new ArrayList<>(1);
            long position = 0;
            while (position < sizeBytes) {
                long start = nextData(descriptor, position, sizeBytes);
                if (start >= sizeBytes) {
                    break;
                }
                long end = Math.min(LibC.lseek(descriptor, start, SEEK_HOLE), sizeBytes);
                regions.add(new DataRegion(start, end));
                position = end;
            }
            return regions;
        });
    }

    private static long nextData(int descriptor, long position, long sizeBytes) {
        try {
            return LibC.lseek(descriptor, position, SEEK_DATA);
        } catch (LastErrorException error) {
            if (error.getErrorCode() == ENXIO) {
                return sizeBytes;
            }
            if (error.getErrorCode() == EINVAL) {
                return position;
            }
            throw error;
        }
    }

    @Override
    public void setLength(Path path, long bytes) throws IOException {
        call(path, name -> LibC.truncate(name, bytes));
    }

    @Override
    public Optional<FileSystemSync> fileSystemSync(Path path) throws IOException {
        try {
            return Optional.of(new OpenFileSystem(path, LibC.open(cString(path), O_CLOEXEC)));
        } catch (LastErrorException error) {
            throw failure(path, error);
        }
    }

    /** A file system by one of its directories. The kernel tells each descriptor of failures since it was opened. */
    private static final class OpenFileSystem implements FileSystemSync {
        private final Path path;
        private final int descriptor;
        private boolean closed;

        OpenFileSystem(Path path, int descriptor) {
            this.path = path;
            this.descriptor = descriptor;
        }

        @Override
        public void sync() throws IOException {
            try {
                LibC.syncfs(descriptor);
            } catch (LastErrorException error) {
                throw failure(path, error);
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                LibC.close(descriptor);
            }
        }
    }

    @Override
    public OptionalLong freeInodes(Path path) throws IOException {
        long[] words = new long[STATVFS_WORDS];
        call(path, name -> LibC.statvfs(name, words));
        return words[STATVFS_FILES] == 0 ? OptionalLong.empty() : OptionalLong.of(words[STATVFS_FILES_AVAILABLE]);
    }

    @Override
    public ProcessIdentity identity() {
        return identity;
    }

    @Override
    public String limitations() {
        return "";
    }

    private static <T> T withDescriptor(Path path, DescriptorCall<T> call) throws IOException {
        try {
            int descriptor = LibC.open(cString(path), O_CLOEXEC);
            try {
                return call.apply(descriptor);
            } finally {
                LibC.close(descriptor);
            }
        } catch (LastErrorException error) {
            throw failure(path, error);
        }
    }

    private static void call(Path path, NameCall call) throws IOException {
        try {
            call.apply(cString(path));
        } catch (LastErrorException error) {
            throw failure(path, error);
        }
    }

    private static byte[] cString(Path path) {
        return terminated(RawNames.bytes(path));
    }

    private static byte[] terminated(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static IOException failure(Path path, LastErrorException error) {
        return failure(RawNames.rawPath(path), error);
    }

    static IOException failure(RawPath path, LastErrorException error) {
        String file = path.toString();
        IOException failure = switch (error.getErrorCode()) {
            case ENOENT -> new NoSuchFileException(file);
            case EACCES, EPERM -> new AccessDeniedException(file);
            case EEXIST -> new FileAlreadyExistsException(file);
            default -> new FileSystemException(file, null, message(error));
        };
        failure.initCause(error);
        return failure;
    }

    /** The library writes "[28] No space left on device". */
    private static String message(LastErrorException error) {
        String text = String.valueOf(error.getMessage());
        return text.substring(text.indexOf(']') + 1).trim();
    }

    @FunctionalInterface
    private interface NameCall {
        int apply(byte[] name);
    }

    @FunctionalInterface
    private interface SizedCall {
        long apply(byte[] buffer, long size);
    }

    @FunctionalInterface
    private interface DescriptorCall<T> {
        T apply(int descriptor);
    }

    /** Direct mappings; each throws on -1. */
    private static final class LibC {
        static {
            Native.register(LibC.class, NativeLibrary.getInstance("c"));
        }

        static native int geteuid();

        static native int getegid();

        static native int open(byte[] path, int flags) throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;

        static native long lseek(int descriptor, long offset, int whence) throws LastErrorException;

        static native int truncate(byte[] path, long length) throws LastErrorException;

        static native int syncfs(int descriptor) throws LastErrorException;

        static native int utimensat(int directory, byte[] path, long[] times, int flags) throws LastErrorException;

        static native int chmod(byte[] path, int mode) throws LastErrorException;

        static native int lchown(byte[] path, int user, int group) throws LastErrorException;

        static native int symlink(byte[] target, byte[] path) throws LastErrorException;

        static native int statvfs(byte[] path, long[] words) throws LastErrorException;

        static native long llistxattr(byte[] path, byte @Nullable [] names, long size) throws LastErrorException;

        static native long lgetxattr(byte[] path, byte[] name, byte[] value, long size) throws LastErrorException;

        static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags)
                throws LastErrorException;

        static native int lremovexattr(byte[] path, byte[] name) throws LastErrorException;
    }
}
