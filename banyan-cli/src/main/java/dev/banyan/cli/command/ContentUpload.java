package dev.banyan.cli.command;

import dev.banyan.api.compose.content.Content;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.cluster.ClusterApi;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sends what the cluster lacks of an app's contents. */
final class ContentUpload {
    private static final int PART_BYTES = 256 * 1024;

    private final ClusterApi cluster;
    private final String app;
    private final List<String> tags;

    ContentUpload(ClusterApi cluster, String app, List<String> tags) {
        this.cluster = cluster;
        this.app = app;
        this.tags = List.copyOf(tags);
    }

    void send(List<Content> contents) {
        if (contents.isEmpty()) {
            return;
        }
        var byDigest = contents.stream().collect(Collectors.toMap(Content::digest, Function.identity()));
        var missing = cluster.missingContents(MissingContentsRequest.newBuilder()
                .setNamespace(Apps.NAMESPACE)
                .setApp(app)
                .addAllTags(tags)
                .addAllContents(contents.stream().map(Content::digest).toList())
                .build());
        for (var digest : missing.getContentsList()) {
            var content = byDigest.get(digest);
            if (content != null) {
                send(content);
            }
        }
    }

    /** An empty content is one empty part. */
    private void send(Content content) {
        int part = 0;
        int from = 0;
        do {
            int until = Math.min(content.bytes().size(), from + PART_BYTES);
            cluster.putContent(PutContentRequest.newBuilder()
                    .setNamespace(Apps.NAMESPACE)
                    .setApp(app)
                    .addAllTags(tags)
                    .setContent(content.digest())
                    .setSize(content.bytes().size())
                    .setPart(part++)
                    .setData(content.bytes().substring(from, until))
                    .build());
            from = until;
        } while (from < content.bytes().size());
    }
}
