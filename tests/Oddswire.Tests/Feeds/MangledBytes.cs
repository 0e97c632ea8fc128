using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Tests.Feeds;

/// <summary>Real documents, damaged at random: an adapter either reads them or says what is wrong with them.</summary>
internal static class MangledBytes
{
    /// <summary>Damages each document in many ways and feeds it to the adapter, as a message and as a recording.</summary>
    /// <returns>How many damaged documents were refused.</returns>
    public static int Check(IFeedFormat format, string id, byte[] original, int times)
    {
        var refused = 0;
        var longest = TimeSpan.Zero;
        var property = Prop.ForAll(Seeds(), seed =>
        {
            var body = Damage(original, new System.Random(seed));
            var started = Stopwatch.GetTimestamp();
            refused += Survives(format, id, body) ? 0 : 1;
            var took = Stopwatch.GetElapsedTime(started);
            longest = took > longest ? took : longest;
        });
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(times).WithEndSize(1_000_000));
        longest.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        return refused;
    }

    private static Arbitrary<int> Seeds() => Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    private static bool Survives(IFeedFormat format, string id, byte[] body)
    {
        var events = new List<GameEvent>();
        try
        {
            format.Recognises(body.AsSpan(0, Math.Min(4096, body.Length)));
            format.Parse(RealGames.Message(format.League, id, body), events);
            foreach (var message in format.Cut(RealGames.Recording("damaged.json", body)))
            {
                format.Parse(message, events);
            }

            return true;
        }
        catch (FeedFormatException refusal)
        {
            refusal.Reason.ShouldMatch("^[a-z]+(-[a-z]+)*$");
            refusal.Message.Length.ShouldBeInRange(30, 600);
            return false;
        }
    }

    private static byte[] Damage(byte[] original, System.Random random)
    {
        var body = (byte[])original.Clone();
        switch (random.Next(4))
        {
            case 0:
                return body[..random.Next(body.Length)];
            case 1:
                for (var flips = random.Next(1, 6); flips > 0; flips--)
                {
                    body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                }

                return body;
            case 2:
                // Digits are where the meaning is: a flipped one leaves the document well-formed.
                for (var tries = 0; tries < 200; tries++)
                {
                    var at = random.Next(body.Length);
                    if (body[at] is >= (byte)'0' and <= (byte)'9')
                    {
                        body[at] = (byte)random.Next('0', '9' + 1);
                    }
                }

                return body;
            default:
                var from = random.Next(body.Length);
                var to = Math.Min(body.Length, from + random.Next(200));
                return [.. body[..from], .. body[to..]];
        }
    }
}
