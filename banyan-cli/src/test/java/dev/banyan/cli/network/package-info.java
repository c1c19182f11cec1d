/** Tests of what is shown of the network. */
@NullMarked
package dev.banyan.cli.network;

import org.jspecify.annotations.NullMarked;
