/**
 * How far an image is that containerd fetches, as its content store shows it.
 *
 * <p>CRI's pull says nothing until it ends. Meanwhile {@link dev.banyan.agent.container.containerd.pull.PullWatch} looks once a second, on a
 * task of its own: {@link dev.banyan.agent.container.containerd.pull.PullLook} finds the image's manifest as soon as that has come, which
 * names the layers with their sizes, and asks of each whether it is whole or how much of it has been written.
 *
 * <p>What it says never falls, and a look that fails is left out: nothing depends on it. An image with an index has the manifest of this
 * server's platform only, since containerd fetches no other.
 */
@NullMarked
package dev.banyan.agent.container.containerd.pull;

import org.jspecify.annotations.NullMarked;
