package dev.banyan.cli.context;

import java.util.List;

/**
 * One cluster as this user reaches it.
 *
 * @param name the user's own name for it
 * @param cluster the cluster's id
 * @param endpoints of its engines, such as {@code host:7443} or {@code unix:/run/banyan/engine.sock}; tried in this order
 * @param credentials directory of key and certificates, relative to the configuration's directory unless absolute
 */
public record Context(String name, String cluster, List<String> endpoints, String credentials) {
    public Context {
        endpoints = List.copyOf(endpoints);
    }
}
