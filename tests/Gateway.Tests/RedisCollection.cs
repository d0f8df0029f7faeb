using Godwit.Testing;

namespace Godwit.Gateway.Tests;

/// <summary>Tests that run a Gateway; they share the Redis servers and take turns.</summary>
[CollectionDefinition(Name)]
public sealed class RedisCollection : ICollectionFixture<RedisServers>
{
    public const string Name = "redis";
}
