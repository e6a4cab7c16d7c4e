package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviderFactory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Opens {@code s3://}, {@code r2://} and {@code wasabi://} stores with the keys that the environment holds. */
public final class S3StorageProviderFactory implements StorageProviderFactory {
    private static final String AWS_ENDPOINT_URL = "AWS_ENDPOINT_URL";
    private static final String AWS_ENDPOINT_URL_S3 = "AWS_ENDPOINT_URL_S3";
    private static final String R2_ACCOUNT_ID = "R2_ACCOUNT_ID";
    private static final String WASABI_REGION = "WASABI_REGION";

    @Override
    public Set<String> providerIds() {
        return Set.of(StorageConfig.S3, StorageConfig.R2, StorageConfig.WASABI);
    }

    @Override
    public StorageProvider open(StorageConfig config) throws IOException {
        return S3StorageProvider.open(
                completed(config, System.getenv()), S3Credentials.fromEnvironment(config.providerId()));
    }

    /** What the configuration leaves open about where the store is. */
    static StorageConfig completed(StorageConfig config, Map<String, String> variables) {
        if (config.providerId().equals(StorageConfig.R2) && config.endpoint().isEmpty()) {
            return variable(variables, R2_ACCOUNT_ID)
                    .map(account -> config.withEndpoint(S3Endpoints.r2(account)))
                    .orElse(config);
        }
        if (config.providerId().equals(StorageConfig.WASABI) && config.region().isEmpty()) {
            return variable(variables, WASABI_REGION).map(config::withRegion).orElse(config);
        }
        if (config.providerId().equals(StorageConfig.S3) && config.endpoint().isEmpty()) {
            return variable(variables, AWS_ENDPOINT_URL_S3)
                    .or(() -> variable(variables, AWS_ENDPOINT_URL))
                    .map(config::withEndpoint)
                    .orElse(config);
        }
        return config;
    }

    private static Optional<String> variable(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
