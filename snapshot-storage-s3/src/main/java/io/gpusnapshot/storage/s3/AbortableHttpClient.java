package io.gpusnapshot.storage.s3;

import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/** Tells each call's {@link S3Exchange} which request it has sent. */
final class AbortableHttpClient implements SdkHttpClient {
    private final SdkHttpClient delegate;

    AbortableHttpClient(SdkHttpClient delegate) {
        this.delegate = delegate;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = delegate.prepareRequest(request);
        S3Exchange exchange = S3Exchange.current();
        if (exchange != null) {
            exchange.sends(prepared);
        }
        return prepared;
    }

    @Override
    public String clientName() {
        return delegate.clientName();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
