package io.gpusnapshot.benchmarks.races;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * The S3 server of the races: s3proxy on the loopback address, which keeps each object as a file below a folder and
 * checks signatures. When it is ready it prints one line of JSON, and then serves until it is killed.
 *
 * <pre>
 * S3RaceServer PORT FOLDER BUCKET STALL_EVERY [KEY_STORE PASSWORD]
 * </pre>
 *
 * <p>Port 0 picks a free one. The last of every STALL_EVERY requests for data waits for two seconds; 0 has none wait.
 * With a key store it speaks TLS.
 */
public final class S3RaceServer {
    private S3RaceServer() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[1]));
        BlobStore objects = new FilesystemNio2BlobStore(folder.toString());
        objects.createContainer(args[2]);
        int stallEvery = Integer.parseInt(args[3]);
        // They are of no use once this server is gone.
        String keyId = "RACE" + UUID.randomUUID();
        String secret = UUID.randomUUID().toString();
        boolean secure = args.length > 4;
        S3Proxy.Builder builder = S3Proxy.builder()
                .blobStore(stallEvery == 0 ? objects : new StallingBlobStore(objects, stallEvery))
                .awsAuthentication(AuthenticationType.AWS_V4, keyId, secret)
                .ignoreUnknownHeaders(true);
        if (secure) {
            builder.secureEndpoint(URI.create("https://127.0.0.1:" + args[0])).keyStore(args[4], args[5]);
        } else {
            builder.endpoint(URI.create("http://127.0.0.1:" + args[0]));
        }
        S3Proxy proxy = builder.build();
        proxy.start();
        String endpoint = secure ? "https://127.0.0.1:" + proxy.getSecurePort() : "http://127.0.0.1:" + proxy.getPort();
        System.out.printf(
                "{\"endpoint\":\"%s\",\"keyId\":\"%s\",\"applicationKey\":\"%s\"}%n", endpoint, keyId, secret);
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
