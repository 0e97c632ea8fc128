using Google.Protobuf;
using Oddswire.Core.Domain;
using Oddswire.Core.Wire;
using Events = Oddswire.Contracts.Events.V1;
using Odds = Oddswire.Contracts.Odds.V1;

namespace Oddswire.Tests.Wire;

/// <summary>Our codecs and the code that protoc makes from the published contracts read and write the same bytes.</summary>
public sealed class CodecTests
{
    private readonly ProtoWriter _writer = new();
    private readonly StringCache _cache = new();

    [Fact]
    public void An_odds_update_survives_the_round_trip()
    {
        OddsUpdateCodec.Write(_writer, Samples.OddsUpdate);
        OddsUpdateCodec.Read(_writer.Written, _cache).ShouldBe(Samples.OddsUpdate);
    }

    [Fact]
    public void An_odds_update_is_what_the_contract_says()
    {
        OddsUpdateCodec.Write(_writer, Samples.OddsUpdate);
        var message = Odds.OddsUpdate.Parser.ParseFrom(_writer.Written);
        message.ToByteArray().ShouldBe(_writer.Written.ToArray());
        message.GameId.ShouldBe("nfl:2015091000");
        message.LineHundredths.ShouldBe(-350);
        message.Selections.Count.ShouldBe(2);
        message.Selections[0].PriceThousandths.ShouldBe(1909);
        message.Status.ShouldBe(Odds.MarketStatus.Suspended);
    }

    [Fact]
    public void A_raw_message_survives_the_round_trip_and_is_what_the_contract_says()
    {
        RawMessageCodec.Write(_writer, Samples.RawMessage);
        var read = RawMessageCodec.Read(_writer.Written, _cache);
        read.Events.ShouldBe(Samples.RawMessage.Events);
        read.Message.Body.ToArray().ShouldBe(Samples.RawMessage.Message.Body.ToArray());
        (read.Message with { Body = default }).ShouldBe(Samples.RawMessage.Message with { Body = default });
        Events.RawMessage.Parser.ParseFrom(_writer.Written).ToByteArray().ShouldBe(_writer.Written.ToArray());
    }

    [Fact]
    public void A_normalised_event_survives_the_round_trip_and_is_what_the_contract_says()
    {
        NormalizedEventCodec.Write(_writer, Samples.NormalizedEvent);
        NormalizedEventCodec.Read(_writer.Written, _cache).ShouldBe(Samples.NormalizedEvent);
        Events.NormalizedEvent.Parser.ParseFrom(_writer.Written).ToByteArray().ShouldBe(_writer.Written.ToArray());
    }

    [Fact]
    public void Team_fouls_free_throws_and_a_loose_ball_survive_the_round_trip_and_are_what_the_contract_says()
    {
        var sample = Samples.NormalizedEvent with
        {
            Event = Samples.NormalizedEvent.Event with { Basketball = new BasketballPlay("CHI", 2, true) },
            After = Samples.NormalizedEvent.After! with { Basketball = new BasketballSituation(4, 5, 2, true) },
        };
        NormalizedEventCodec.Write(_writer, sample);
        NormalizedEventCodec.Read(_writer.Written, _cache).ShouldBe(sample);
        var message = Events.NormalizedEvent.Parser.ParseFrom(_writer.Written);
        message.ToByteArray().ShouldBe(_writer.Written.ToArray());
        (message.Event.Basketball.FoulBy, message.After.Basketball.AwayFouls, message.After.Basketball.FreeThrows).ShouldBe(("CHI", 5, 2));
    }

    [Fact]
    public void No_time_out_left_is_not_the_same_as_not_known()
    {
        var play = Samples.Play with { Football = new FootballSituation(1, 10, 30) { HomeTimeouts = 0 } };
        GameEventCodec.Write(_writer, play);

        GameEventCodec.Read(_writer.Written, _cache).ShouldBe(play);
        var football = Events.GameEvent.Parser.ParseFrom(_writer.Written).Football;
        (football.HasHomeTimeouts, football.HomeTimeouts, football.HasAwayTimeouts).ShouldBe((true, 0, false));
    }

    [Fact]
    public void A_dead_letter_survives_the_round_trip_and_is_what_the_contract_says()
    {
        DeadLetterCodec.Write(_writer, Samples.DeadLetter);
        var read = DeadLetterCodec.Read(_writer.Written, _cache);
        read.Detail.ShouldBe(Samples.DeadLetter.Detail);
        read.RawOffset.ShouldBe(-1);
        read.Message.Body.ToArray().ShouldBe(Samples.DeadLetter.Message.Body.ToArray());
        Events.DeadLetter.Parser.ParseFrom(_writer.Written).ToByteArray().ShouldBe(_writer.Written.ToArray());
    }

    [Fact]
    public void A_field_from_the_future_is_passed_over()
    {
        OddsUpdateCodec.Write(_writer, Samples.OddsUpdate);
        _writer.String(1999, "added later");
        _writer.Int(2000, 7);
        OddsUpdateCodec.Read(_writer.Written, _cache).ShouldBe(Samples.OddsUpdate);
    }

    [Fact]
    public void Cut_or_altered_bytes_give_a_format_error_and_nothing_else()
    {
        RawMessageCodec.Write(_writer, Samples.RawMessage);
        var bytes = _writer.Written.ToArray();
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var altered = bytes[..random.Next(1, bytes.Length)].ToArray();
            altered[random.Next(altered.Length)] = (byte)random.Next(256);
            try
            {
                RawMessageCodec.Read(altered, _cache);
            }
            catch (Exception e) when (e is WireFormatException or ArgumentOutOfRangeException)
            {
                continue;
            }
        }
    }

    [Theory]
    [InlineData("", 275646681)]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Murmur2_places_keys_where_Kafkas_Java_client_does(string key, int expected) =>
        ((int)Murmur.Hash32(System.Text.Encoding.UTF8.GetBytes(key))).ShouldBe(expected);

    [Fact]
    public void Murmur3_gives_the_published_digest()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes("The quick brown fox jumps over the lazy dog");
        Murmur.Hash128(bytes).ToString("x32").ShouldBe("e34bbc7bbc071b6c7a433ca9c49a9347");
    }
}

internal static class Samples
{
    public static readonly GameId Game = GameId.Parse("nfl:2015091000");

    public static OddsUpdate OddsUpdate => new()
    {
        Id = new UpdateId(new UInt128(0x0123456789abcdef, 42)),
        GameId = Game,
        Epoch = 1,
        Sequence = 1234,
        PreviousSequence = 1233,
        Market = new MarketKey(MarketType.Spread, new Line(-350), Scope: MarketScope.SecondHalf),
        IsMainLine = true,
        Status = MarketStatus.Suspended,
        Reason = StatusReason.FeedStalled,
        SelectionCount = 2,
        First = new Selection(SelectionCode.Home, DecimalOdds.FromThousandths(1909), Probability.FromMillionths(500_123)),
        Second = new Selection(SelectionCode.Away, DecimalOdds.FromThousandths(1909), Probability.FromMillionths(499_877)),
        ModelVersion = "nfl-normal-1",
        CauseKey = "1729",
        Score = new Score(21, 14),
        Period = 3,
        ClockTenths = 4321,
        OccurredAt = new Timestamp(1_441_930_000_000_000),
        ReceivedAt = new Timestamp(1_441_930_000_123_456),
        PlayerName = "T.Brady",
    };

    public static GameEvent Play => new()
    {
        GameId = GameId.Parse("mlb:ANA201904040"),
        Key = "57",
        Order = 57,
        Kind = EventKind.Play,
        Period = 4,
        Points = new Score(0, 2),
        Possession = Side.Away,
        Baseball = new BaseballPlay { Inning = 4, Batting = Side.Away, Batter = "choos001", Outs = 0, BatterTo = 4, FirstTo = 4 },
        Description = "HR/78/F.1-H",
        Players = PlayerChanges.Of(
        [
            new("choos001", PlayerStatistic.HomeRuns, 1, Side.Away, Name: "Shin-Soo Choo"),
            new("", PlayerStatistic.BattersFaced, 1, Side.Home),
            new("203999", PlayerStatistic.CourtTime, -2410, Team: "DEN"),
        ]),
        Pitcher = "harvm001",
    };

    public static GameEvent Info => new()
    {
        GameId = Game,
        Key = "info",
        Order = 0,
        Kind = EventKind.Info,
        Info = new GameInfo
        {
            Home = new Team("NE", "New England Patriots"),
            Away = new Team("PIT", "Pittsburgh Steelers"),
            RegulationPeriods = 4,
            ScheduledAt = new Timestamp(1_441_930_000_000_000),
            Line = new PregameLine { HomeMarginHundredths = 700, TotalHundredths = 5150, HomeWin = Probability.FromMillionths(748_000), IsRated = true },
        },
    };

    public static RawMessage RawMessage => new()
    {
        Message = new FeedMessage
        {
            GameId = Game,
            Source = "replay",
            Feed = "b",
            Sequence = 3,
            AmendsSequence = 2,
            PublishedAt = new Timestamp(5),
            Body = System.Text.Encoding.UTF8.GetBytes(new string('x', 300)),
        },
        ReceivedAt = new Timestamp(9),
        Format = "nfl-gamecenter",
        Events = [Info, Play with { GameId = Game }],
    };

    public static NormalizedEvent NormalizedEvent => new()
    {
        Event = Play,
        After = new GameState
        {
            Phase = GamePhase.Live,
            Period = 4,
            Score = new Score(1, 3),
            Possession = Side.Away,
            Baseball = new BaseballSituation(2, "choos001", null, "troum001"),
            MissingMessages = 1,
            IsFeedStalled = true,
            HomePitcher = "harvm001",
            AwayPitcher = "volqe001",
            LostMessages = 3,
        },
        Disposition = Disposition.Correction,
        Revision = 2,
        Withdrawn = PlayerChanges.Of([new("choos001", PlayerStatistic.Hits, 1, Side.Away)]),
        WithdrawnPitcher = "bardc001",
        Sequence = 77,
        ReceivedAt = new Timestamp(11),
        RawPartition = 1,
        RawOffset = 4711,
    };

    public static DeadLetter DeadLetter => new()
    {
        Message = RawMessage.Message,
        ReceivedAt = new Timestamp(9),
        Stage = "ingest",
        Reason = "malformed-json",
        Detail = "byte 17: expected ',' or '}'",
    };
}
