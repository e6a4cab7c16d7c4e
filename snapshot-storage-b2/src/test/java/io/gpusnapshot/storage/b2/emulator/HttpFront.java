package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.http.HttpConnection;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.protocol.HttpContext;
import org.apache.http.protocol.HttpCoreContext;
import org.apache.http.protocol.HttpRequestHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes every HTTP request through faults and calls to its answer, and writes it down. */
final class HttpFront implements HttpRequestHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(HttpFront.class);

    private final Services services;
    private final Handler calls;
    private final Faults faults;
    private final Traffic traffic;
    private final CallReader reader;

    HttpFront(Services services, Faults faults, Traffic traffic) {
        this.services = services;
        this.faults = faults;
        this.traffic = traffic;
        calls = new Dispatcher(services);
        reader = new CallReader(traffic);
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response, HttpContext context) throws IOException {
        Connection connection = connection(context);
        Exchange exchange = new Exchange(request, connection);
        Reply reply = exchange.run();
        traffic.record(exchange.recorded(reply.status()));
        if (exchange.struck.dropsReply()) {
            connection.end(FaultEffect.Ending.RESET);
            throw new ClientGoneException("the answer was dropped on demand");
        }
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::setHeader);
        Operation operation = exchange.route.operation();
        response.setEntity(new ReplyEntity(
                exchange.struck.reply(reply.content(), connection), count -> traffic.sent(operation, count)));
    }

    private static Connection connection(HttpContext context) {
        HttpConnection connection = (HttpConnection) context.getAttribute(HttpCoreContext.HTTP_CONNECTION);
        return ending -> {
            switch (ending) {
                case CLOSE -> connection.close();
                case RESET -> connection.shutdown();
            }
        };
    }

    /** One request on its way. */
    private final class Exchange {
        private final HttpRequest request;
        private final Connection connection;
        private Route route;
        private String name = "";
        private FaultRun struck = FaultRun.NONE;

        Exchange(HttpRequest request, Connection connection) {
            this.request = request;
            this.connection = connection;
            route = Route.unknown(request.getRequestLine().getUri());
        }

        Reply run() throws ClientGoneException {
            try {
                route = Route.parse(request.getRequestLine().getUri());
                return answer(reader.read(request, route));
            } catch (ApiException e) {
                return Reply.error(e);
            } catch (ClientGoneException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                LOGGER.error("{} failed", route.operation(), e);
                return Reply.error(new ApiException(500, "internal_error", e.toString()));
            }
        }

        private Reply answer(Call call) throws ApiException, IOException {
            try {
                name = nameOf(call);
                struck = faults.strike(call.operation(), name);
                struck.beforeCall();
                return calls.handle(call.withBody(struck.request(call.body().bytes(), connection)));
            } catch (ApiException e) {
                services.access().giveUpUploadUrl(call, e.status());
                throw e;
            }
        }

        RecordedRequest recorded(int status) {
            Map<String, String> headers = CallReader.headers(request);
            headers.remove("Authorization");
            return new RecordedRequest(
                    request.getRequestLine().getMethod(), route.operation(), route.path(), name, headers, status);
        }
    }

    /** What faults and log call a request by: the file's name where it has one, or a listing's prefix. */
    private String nameOf(Call call) throws ApiException {
        if (call.operation() == Operation.DOWNLOAD_BY_NAME) {
            return call.target().get(1);
        }
        Optional<String> header = call.header("X-Bz-File-Name");
        if (header.isPresent()) {
            return PercentCoding.decode(header.get());
        }
        for (String field : new String[] {"fileName", "prefix", "namePrefix", "fileNamePrefix"}) {
            Optional<String> name = call.params().optionalText(field);
            if (name.isPresent()) {
                return name.get();
            }
        }
        return nameOfId(call);
    }

    private String nameOfId(Call call) throws ApiException {
        Optional<String> fileId = call.operation() == Operation.UPLOAD_PART
                ? Optional.of(call.target().get(0))
                : call.params().optionalText("fileId");
        return fileId.flatMap(services.account()::findFile)
                .map(location -> location.version().name())
                .orElse("");
    }
}
