package io.gpusnapshot.internal.posix;

import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The calls as far as the Java library has them. */
final class PortablePosixCalls implements PosixCalls {
    private static final String PREFIX = "user.";

    @Override
    public void setModified(Path path, Instant time) throws IOException {
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(FileTime.from(time), null, null);
    }

    @Override
    public void setMode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    @Override
    public void setOwner(Path path, long userId, long groupId) throws IOException {
        Files.setAttribute(path, "unix:uid", (int) userId, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", (int) groupId, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void createSymlink(Path link, RawPath target) throws IOException {
        Files.createSymbolicLink(link, RawNames.path(target));
    }

    @Override
    public UnixAttributes attributes(RawPath path) throws IOException {
        return UnixAttributes.readPortably(path);
    }

    @Override
    public UnixAttributes readFile(RawPath path, ByteBuffer target) throws IOException {
        return read(path, target);
    }

    static UnixAttributes read(RawPath path, ByteBuffer target) throws IOException {
        Path file = RawNames.path(path);
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            int count = 0;
            while (target.hasRemaining() && count >= 0) {
                count = channel.read(target);
            }
        }
        return UnixAttributes.readPortably(path);
    }

    @Override
    public List<ExtendedAttribute> readExtendedAttributes(RawPath file) throws IOException {
        Path path = RawNames.path(file);
        List<ExtendedAttribute> attributes = new ArrayList<>();
        if (!Files.getFileStore(path).supportsFileAttributeView(UserDefinedFileAttributeView.class)) {
            return attributes;
        }
        UserDefinedFileAttributeView view = view(path);
        for (String name : view.list()) {
            ByteBuffer value = ByteBuffer.allocate(view.size(name));
            view.read(name, value);
            attributes.add(new ExtendedAttribute(RawPath.of(PREFIX + name), value.array()));
        }
        return attributes;
    }

    @Override
    public void writeAttribute(Path path, ExtendedAttribute attribute) throws IOException {
        view(path).write(localName(attribute.name()), ByteBuffer.wrap(attribute.value()));
    }

    @Override
    public void removeAttribute(Path path, RawPath name) throws IOException {
        view(path).delete(localName(name));
    }

    private static UserDefinedFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static String localName(RawPath name) {
        return name.toString().substring(PREFIX.length());
    }

    @Override
    public List<DataRegion> dataRegions(Path path, long sizeBytes) {
        return List.of(new DataRegion(0, sizeBytes));
    }

    @Override
    public void setLength(Path path, long bytes) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (file.size() < bytes) {
                file.write(ByteBuffer.allocate(1), bytes - 1);
            } else {
                file.truncate(bytes);
            }
        }
    }

    @Override
    public Optional<FileSystemSync> fileSystemSync(Path path) {
        return Optional.empty();
    }

    @Override
    public OptionalLong freeInodes(Path path) {
        return OptionalLong.empty();
    }

    @Override
    public ProcessIdentity identity() {
        return new ProcessIdentity("root".equals(System.getProperty("user.name")) ? 0 : -1, -1, -1);
    }

    @Override
    public String limitations() {
        return "no native calls: times of symbolic links are kept to the microsecond, times before 1970 to the second,"
                + " repeated slashes in link targets and the holes of sparse files that are not all zero may be lost";
    }
}
