package dev.banyan.cli;

import dev.banyan.api.registry.Registry;
import dev.banyan.api.v1.ListImagesResponse;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.Mirrored;
import dev.banyan.api.v1.PruneImagesRequest;
import dev.banyan.api.v1.PruneImagesResponse;
import dev.banyan.api.v1.TransferSize;
import dev.banyan.cli.cluster.ClusterApi.Moving;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/** The registry of a {@link FakeCluster}: what it has, and what is asked of it. */
public final class FakeShelf {
    private final List<MirrorRequest> mirrored = new ArrayList<>();
    private final Map<String, RuntimeException> failures = new HashMap<>();
    private final List<PruneImagesRequest> pruned = new ArrayList<>();
    private Optional<URI> registry = Optional.empty();
    private ListImagesResponse stock = ListImagesResponse.getDefaultInstance();
    private PruneImagesResponse prunable = PruneImagesResponse.getDefaultInstance();
    private Function<MirrorRequest, Mirrored> answers = request -> Mirrored.newBuilder()
            .setReference("registry.banyan/x@sha256:" + "0".repeat(64))
            .build();

    /** Images are pushed there. */
    public void pushTo(URI address) {
        registry = Optional.of(address);
    }

    /** An image cannot be brought in. */
    public void failMirror(String image, RuntimeException failure) {
        failures.put(image, failure);
    }

    /** How it is answered who wants an image in the cluster. */
    public void answerMirror(Function<MirrorRequest, Mirrored> answer) {
        answers = answer;
    }

    /** What was to be brought in. */
    public List<MirrorRequest> mirrored() {
        return mirrored;
    }

    /** What is there, and what is pruned. */
    public void stock(ListImagesResponse images, PruneImagesResponse removable) {
        stock = images;
        prunable = removable;
    }

    /** How it was pruned. */
    public List<PruneImagesRequest> pruned() {
        return pruned;
    }

    Mirrored mirror(MirrorRequest request, Moving moving) {
        synchronized (mirrored) {
            mirrored.add(request);
        }
        var failure = failures.get(request.getImage());
        if (failure != null) {
            throw failure;
        }
        var answer = answers.apply(request);
        if (answer.getFetched()) {
            moving.at(TransferSize.newBuilder().setTotalBytes(answer.getBytes()).build());
        }
        return answer;
    }

    ListImagesResponse stock() {
        return stock;
    }

    PruneImagesResponse prune(PruneImagesRequest request) {
        pruned.add(request);
        return prunable;
    }

    Registry open() {
        try {
            return Registry.at("the registry", registry.orElseThrow(), SSLContext.getDefault(), Optional.empty());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
