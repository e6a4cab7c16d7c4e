package io.gpusnapshot.storage.s3;

import java.io.InputStream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Objects of a store that takes no notice of conditions: it overwrites what is there. */
final class HeedlessBlobs extends ForwardingBlobStore {
    HeedlessBlobs(BlobStore delegate) {
        super(delegate);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
        return super.putBlob(request.toBuilder().ifNoneMatch(null).build(), content);
    }
}
