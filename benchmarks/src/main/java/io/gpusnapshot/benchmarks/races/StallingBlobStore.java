package io.gpusnapshot.benchmarks.races;

import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** Has the last of every so many requests that move data wait, as single requests to a busy store do. Thread-safe. */
final class StallingBlobStore extends ForwardingBlobStore {
    private static final Duration STALL = Duration.ofSeconds(2);

    private final int every;
    private final AtomicLong requests = new AtomicLong();

    StallingBlobStore(BlobStore objects, int every) {
        super(objects);
        this.every = every;
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        stallOne();
        return super.getBlob(request);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
        stallOne();
        return super.putBlob(request, content);
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream content) {
        stallOne();
        return super.uploadMultipartPart(upload, request, content);
    }

    private void stallOne() {
        if (requests.incrementAndGet() % every != 0) {
            return;
        }
        try {
            Thread.sleep(STALL.toMillis());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
