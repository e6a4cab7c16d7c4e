package io.gpusnapshot.storage.s3.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects of a store that loses some, or does no more after some reads, until it is healed. Thread-safe. */
public final class TroubledBlobs extends ForwardingBlobStore {
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final AtomicInteger readsLeft = new AtomicInteger(Integer.MAX_VALUE);

    public TroubledBlobs(BlobStore delegate) {
        super(delegate);
    }

    /** From now on there is no object whose key ends like this. */
    public void lose(String keyEnd) {
        lost.add(keyEnd);
    }

    /** From now on, so many reads succeed, and no more. */
    public void dieAfter(int reads) {
        readsLeft.set(reads);
    }

    /** Whether a read has come too late. */
    public boolean isDead() {
        return readsLeft.get() < 0;
    }

    public void heal() {
        lost.clear();
        readsLeft.set(Integer.MAX_VALUE);
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        if (readsLeft.decrementAndGet() < 0) {
            throw S3Exception.builder()
                    .statusCode(503)
                    .awsErrorDetails(details("ServiceUnavailable"))
                    .build();
        }
        if (lost.stream().anyMatch(request.key()::endsWith)) {
            throw NoSuchKeyException.builder()
                    .statusCode(404)
                    .awsErrorDetails(details("NoSuchKey"))
                    .build();
        }
        return super.getBlob(request);
    }

    private static AwsErrorDetails details(String code) {
        return AwsErrorDetails.builder().errorCode(code).errorMessage(code).build();
    }
}
