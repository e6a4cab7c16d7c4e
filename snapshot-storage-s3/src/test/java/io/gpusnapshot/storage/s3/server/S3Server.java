package io.gpusnapshot.storage.s3.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/**
 * s3proxy over plain HTTP, on the loopback address unless told otherwise, with its objects in memory. It checks
 * signatures, also those of presigned addresses. Closing it ends its threads.
 */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY_ID = "AKIATESTKEY";
    public static final String SECRET_ACCESS_KEY = "s3cr3t/that+no/message/may/tell0123456789";

    private static final String LOOPBACK = "127.0.0.1";

    private final String address;
    private final BlobStore objects;
    private final S3Proxy proxy;

    private S3Server(String address, BlobStore objects, S3Proxy proxy) {
        this.address = address;
        this.objects = objects;
        this.proxy = proxy;
    }

    /** Starts a server without buckets; the caller closes it. */
    public static S3Server start() throws IOException {
        return start(LOOPBACK, store -> store);
    }

    /** Starts a server without buckets on another address of this machine; the caller closes it. */
    public static S3Server startOn(InetAddress address) throws IOException {
        return start(address.getHostAddress(), store -> store);
    }

    /**
     * Starts a server whose objects are reached by a detour.
     *
     * @param detour what stands between the protocol and the objects
     */
    public static S3Server start(UnaryOperator<BlobStore> detour) throws IOException {
        return start(LOOPBACK, detour);
    }

    private static S3Server start(String address, UnaryOperator<BlobStore> detour) throws IOException {
        BlobStore objects = new TransientNio2BlobStore();
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(detour.apply(objects))
                .endpoint(URI.create("http://" + address + ":0"))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY_ID, SECRET_ACCESS_KEY)
                // Session tokens among them.
                .ignoreUnknownHeaders(true)
                .build();
        try {
            proxy.start();
        } catch (Exception failed) {
            throw new IOException("s3proxy does not start", failed);
        }
        return new S3Server(address, objects, proxy);
    }

    public URI endpoint() {
        return URI.create("http://" + address + ":" + proxy.getPort());
    }

    public void createBucket(String name) {
        objects.createContainer(name);
    }

    /** Makes a bucket that keeps what is replaced or deleted. */
    public void createVersionedBucket(String name) {
        objects.createContainer(name);
        objects.putBucketVersioning(name, BucketVersioningStatus.ENABLED);
    }

    /** What is kept, past protocol and keys. */
    public BlobStore objects() {
        return objects;
    }

    @Override
    public void close() throws IOException {
        try {
            proxy.stop();
            objects.close();
        } catch (Exception failed) {
            throw new IOException("s3proxy does not stop", failed);
        }
    }
}
