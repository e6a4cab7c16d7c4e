package io.gpusnapshot.internal.delivery;

import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;

/** A resource on the class path. */
final class ResourceContent implements ContentSource {
    private final URL resource;
    private final long length;

    private ResourceContent(URL resource, long length) {
        this.resource = resource;
        this.length = length;
    }

    static ResourceContent of(URL resource) throws IOException {
        try (InputStream stream = stream(resource)) {
            return new ResourceContent(resource, stream.transferTo(OutputStream.nullOutputStream()));
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public ReadableByteChannel open(long offset) throws IOException {
        InputStream stream = stream(resource);
        try {
            stream.skipNBytes(offset);
        } catch (IOException | RuntimeException failed) {
            stream.close();
            throw failed;
        }
        return Channels.newChannel(stream);
    }

    private static InputStream stream(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        // A jar that is shared by way of the cache is closed under the feet of others.
        connection.setUseCaches(false);
        return connection.getInputStream();
    }

    @Override
    public String toString() {
        return resource.toString();
    }
}
