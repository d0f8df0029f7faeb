using Godwit.Testing;

namespace Godwit.Router.Tests;

/// <summary>Tests that open a Redis; they share the servers and take turns.</summary>
[CollectionDefinition(Name)]
public sealed class RedisCollection : ICollectionFixture<RedisServers>
{
    public const string Name = "redis";
}
