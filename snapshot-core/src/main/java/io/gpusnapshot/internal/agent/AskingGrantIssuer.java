package io.gpusnapshot.internal.agent;

import io.gpusnapshot.internal.protocol.Grants;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.internal.protocol.Terms;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Gets its grants from the orchestrator, who decides what is granted and for how long. */
final class AskingGrantIssuer implements GrantIssuer {
    private final Orchestrator orchestrator;
    private final Terms terms;
    private final int store;
    private final Clock clock;

    /**
     * @param store the place of the store among those of the terms
     */
    AskingGrantIssuer(Orchestrator orchestrator, Terms terms, int store, Clock clock) {
        this.orchestrator = orchestrator;
        this.terms = terms;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public String providerId() {
        return terms.stores().get(store).providerId();
    }

    @Override
    public List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) throws IOException {
        List<DownloadGrant> foreseen = new ArrayList<>();
        for (Message result : orchestrator.takeForeseen(this::isAboutDownloads)) {
            foreseen.addAll(toGrants(result));
        }
        boolean enough = keys.stream().allMatch(key -> foreseen.stream().anyMatch(grant -> grant.covers(key)));
        return enough ? foreseen : toGrants(orchestrator.ask(new Question.GrantDownloads(store, List.copyOf(keys))));
    }

    private boolean isAboutDownloads(Question question) {
        return question instanceof Question.GrantDownloads downloads && downloads.store() == store;
    }

    private List<DownloadGrant> toGrants(Message answer) throws IOException {
        List<DownloadGrant> grants = new ArrayList<>();
        for (Message grant : answer.messages("grants")) {
            grants.add(Grants.toDownloadGrant(grant, clock.instant()));
        }
        return grants;
    }

    @Override
    public DownloadGrant grantDownload(String key, Duration lifetime) throws IOException {
        return grantDownloads(List.of(key), lifetime).stream()
                .filter(grant -> grant.covers(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No grant was issued for \"" + key + "\""));
    }

    @Override
    public UploadTicket openUpload(String key, long lengthBytes) throws IOException {
        Message answer = orchestrator.ask(new Question.OpenUpload(key, lengthBytes));
        // The store's name for the upload stays with the orchestrator.
        return new UploadTicket(key, "", lengthBytes, Grants.toParts(answer));
    }

    @Override
    public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) throws IOException {
        long lengthBytes = ticket.parts().get(number - 1).length();
        Message answer = orchestrator.ask(new Question.GrantPart(ticket.key(), number, lengthBytes));
        return Grants.toGrantedRequest(answer, clock.instant());
    }

    @Override
    public StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> parts) throws IOException {
        return Grants.toReceipt(orchestrator.ask(new Question.CompleteUpload(ticket.key(), parts)));
    }

    @Override
    public void abandonUpload(UploadTicket ticket) throws IOException {
        orchestrator.ask(new Question.AbandonUpload(ticket.key()));
    }

    @Override
    public int abandonUploads(String keyPrefix, Instant openedBefore) {
        throw new IllegalStateException("Only who holds the keys gives up the uploads of others");
    }

    @Override
    public long minUploadBytes() {
        return terms.minUploadBytes();
    }
}
