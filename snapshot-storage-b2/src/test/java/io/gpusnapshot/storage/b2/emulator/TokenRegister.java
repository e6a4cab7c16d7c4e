package io.gpusnapshot.storage.b2.emulator;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tokens of one kind and what they stand for. Thread-safe. */
final class TokenRegister<T> {
    private final Map<String, Issued<T>> issued = new ConcurrentHashMap<>();
    private final Clock clock;

    TokenRegister(Clock clock) {
        this.clock = clock;
    }

    private record Issued<T>(T subject, Instant expires) {}

    String issue(T subject, Instant expires) {
        String token = "4_" + Account.randomHex(30);
        issued.put(token, new Issued<>(subject, expires));
        return token;
    }

    /** Empty for a token that was never issued here. */
    Optional<T> find(String token) throws ApiException {
        Issued<T> found = issued.get(token);
        if (found == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(found.expires())) {
            throw new ApiException(401, "expired_auth_token", "The authorization token has expired");
        }
        return Optional.of(found.subject());
    }
}
