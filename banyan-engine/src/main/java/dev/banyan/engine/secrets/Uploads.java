package dev.banyan.engine.secrets;

import dev.banyan.api.compose.content.ContentLimits;
import dev.banyan.api.kinds.DeploymentName;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.env.TimeSource;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Takes contents before the app that names them. Thread-safe; calls block on the store and throw {@link ApiException} for refusals. */
public final class Uploads {
    private static final int ASKED_MAX = 1_000;
    static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Store store;
    private final ContentStore contents;

    public Uploads(Store store, Vault vault, TimeSource time) {
        this.store = store;
        this.contents = new ContentStore(store, vault, time);
    }

    /** Which of the contents have to be put before the app can be applied. */
    public MissingContentsResponse missing(MissingContentsRequest request) {
        require(request.getContentsCount() <= ASKED_MAX, "contents", "at most " + ASKED_MAX + " at once");
        var app = app(request.getApp(), request.getTagsList());
        var referenced = References.ofWanted(store, request.getNamespace(), app);
        var response = MissingContentsResponse.newBuilder();
        for (var sha256 : request.getContentsList()) {
            requireSha256(sha256);
            var name = contents.name(request.getNamespace(), app, sha256);
            if (!contents.keeps(request.getNamespace(), app, name, referenced.contains(name))) {
                response.addContents(sha256);
            }
        }
        return response.build();
    }

    /** Keeps one part. */
    public void put(PutContentRequest request) {
        requireSha256(request.getContent());
        long size = request.getSize();
        require(size >= 0 && size <= ContentLimits.PROJECT_MAX, "size", "at most " + ContentLimits.PROJECT_MAX);
        int parts = ContentStore.parts(size);
        int part = request.getPart();
        require(part >= 0 && part < parts, "part", "there are " + parts + " parts");
        long wanted = Math.min(ContentStore.PART_BYTES, size - (long) part * ContentStore.PART_BYTES);
        require(request.getData().size() == wanted, "data", "part " + part + " has " + wanted + " bytes");
        var app = app(request.getApp(), request.getTagsList());
        var name = contents.name(request.getNamespace(), app, request.getContent());
        var outcome = contents.put(request.getNamespace(), app, name, part, size, request.getData());
        WireErrors.failure(outcome).ifPresent(failure -> {
            throw failure;
        });
    }

    private static String app(String name, List<String> tags) {
        require(!name.isEmpty(), "app", "is missing");
        return DeploymentName.of(name, tags.stream().sorted().distinct().toList());
    }

    private static void requireSha256(String text) {
        require(SHA256.matcher(text).matches(), "content", "is no SHA-256 in lower-case hexadecimal");
    }

    private static void require(boolean holds, String field, String message) {
        if (!holds) {
            throw new ApiException(
                    Reason.REJECTED,
                    "the content is refused: " + field + " " + message,
                    Map.of(),
                    List.of(new Violation(field, message)));
        }
    }
}
