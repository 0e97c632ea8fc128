using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>The beginning of a source, with one message spoilt if so asked.</summary>
internal sealed class FirstMessages(IFeedSource inner, int count) : IFeedSource
{
    public int SpoiltAt { get; init; } = -1;

    public string Identity => inner.Identity;

    public League League => inner.League;

    public IEnumerable<SourcedMessage> ReadFrom(long cursor) => inner.ReadFrom(cursor).TakeWhile(message => message.Cursor <= count)
        .Select(message => message.Cursor == SpoiltAt ? message with { Message = message.Message with { Body = Utf8("{ not a message") } } : message);
}
