/**
 * What happens to a running cluster when one of its engines goes: whole programs on servers of their own, and what their users see.
 */
@NullMarked
package dev.banyan.failover;

import org.jspecify.annotations.NullMarked;
