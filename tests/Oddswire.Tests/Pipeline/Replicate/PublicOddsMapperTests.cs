using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Replicate;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Tests.Wire;
using Public = Oddswire.Contracts.Public.V1;

namespace Oddswire.Tests.Pipeline.Replicate;

/// <summary>What of a price crosses to partners, and what does not.</summary>
public sealed class PublicOddsMapperTests
{
    private const string Secret = "do-not-publish";
    private const int SchemaId = 0x01020304;

    private readonly ProtoWriter _writer = new();

    [Fact]
    public void A_public_update_is_what_the_published_contract_says()
    {
        var value = Map(Samples.OddsUpdate with { Market = new MarketKey(MarketType.Spread, new Line(-350)) }).Value;
        var bytes = SchemaFrame.Read(value.Span, out var schema);
        schema.ShouldBe(SchemaId);
        var message = Public.OddsUpdate.Parser.ParseFrom(bytes);
        message.ToByteArray().ShouldBe(bytes.ToArray());
        message.Id.ShouldBe(Samples.OddsUpdate.Id.ToString());
        message.GameId.ShouldBe("nfl:2015091000");
        (message.Epoch, message.Sequence, message.PreviousSequence).ShouldBe((1, 1234L, 1233L));
        (message.MarketType, message.Scope, message.LineHundredths, message.HasLineHundredths).ShouldBe((Public.MarketType.Spread, Public.Scope.FullGame, -350, true));
        (message.Status, message.Reason).ShouldBe((Public.MarketStatus.Suspended, Public.StatusReason.Feed));
        message.Selections.Select(selection => (selection.Code, selection.PriceThousandths))
            .ShouldBe([(Public.SelectionCode.Home, 1909), (Public.SelectionCode.Away, 1909)]);
        (message.HomeScore, message.AwayScore, message.Period, message.ClockTenths).ShouldBe((21, 14, 3, 4321));
        (message.OccurredAtUs, message.ReceivedAtUs).ShouldBe((1_441_930_000_000_000L, 1_441_930_000_123_456L));
    }

    [Fact]
    public void No_line_and_no_clock_are_absent_and_a_line_of_zero_is_not()
    {
        var moneyline = Public.OddsUpdate.Parser.ParseFrom(Message(Samples.OddsUpdate with { Market = new MarketKey(MarketType.Moneyline), ClockTenths = -1 }));
        (moneyline.HasLineHundredths, moneyline.HasClockTenths).ShouldBe((false, false));
        var pick = Public.OddsUpdate.Parser.ParseFrom(Message(Samples.OddsUpdate with { Market = new MarketKey(MarketType.Spread), ClockTenths = 0 }));
        (pick.HasLineHundredths, pick.HasClockTenths).ShouldBe((true, true));
    }

    [Fact]
    public void Teams_and_players_are_fields_of_their_own()
    {
        var team = Public.OddsUpdate.Parser.ParseFrom(Message(Samples.OddsUpdate with { Market = new MarketKey(MarketType.TeamTotal, new Line(2450), "away") }));
        (team.Team, team.PlayerId).ShouldBe((Public.Team.Away, ""));
        var player = Samples.OddsUpdate with { Market = new MarketKey(MarketType.PlayerProp, new Line(27550), "00-0019596", "passing_yards") };
        var prop = Public.OddsUpdate.Parser.ParseFrom(Message(player));
        (prop.Team, prop.PlayerId, prop.Statistic).ShouldBe((Public.Team.Unspecified, "00-0019596", "passing_yards"));
        Map(player).Headers.Find("player_id").ShouldBe("00-0019596");
    }

    [Fact]
    public void Scopes_and_occasions_are_fields_of_their_own()
    {
        var quarter = Public.OddsUpdate.Parser.ParseFrom(Message(Samples.OddsUpdate with { Market = new MarketKey(MarketType.Total, new Line(950), Scope: MarketScope.ThirdQuarter) }));
        (quarter.Scope, quarter.ScopeNumber).ShouldBe((Public.Scope.Quarter, 3));
        var innings = Public.OddsUpdate.Parser.ParseFrom(Message(Samples.OddsUpdate with { Market = new MarketKey(MarketType.Moneyline, Scope: MarketScope.FirstFiveInnings) }));
        (innings.Scope, innings.ScopeNumber).ShouldBe((Public.Scope.FirstInnings, 5));
        var next = Public.OddsUpdate.Parser.ParseFrom(Message(Samples.OddsUpdate with { Market = new MarketKey(MarketType.NextScore, default, "14-10") }));
        (next.Occasion, next.Team, next.HasLineHundredths).ShouldBe(("14-10", Public.Team.Unspecified, false));
        var race = Public.OddsUpdate.Parser.ParseFrom(Message(Samples.OddsUpdate with { Market = new MarketKey(MarketType.RaceTo, new Line(2000)) }));
        (race.Occasion, race.LineHundredths).ShouldBe(("", 2000));
    }

    [Fact]
    public void The_headers_are_those_of_the_contract_and_in_its_order()
    {
        var headers = Map(Samples.OddsUpdate).Headers.ToList();
        headers.Select(header => header.Key).ShouldBe(["league", "game_id", "model_version", "traceparent", "schema_id", "content-type"]);
        headers[0].Value.ShouldBe("nfl");
        headers[1].Value.ShouldBe("nfl:2015091000");
        headers[2].Value.ShouldBe("nfl-normal-1");
        headers[3].Value[3..35].ShouldBe(TraceContext.Of("nfl:2015091000/1729", "price")[3..35], "the trace is that of the event");
        headers[4].Value.ShouldBe($"{SchemaId}");
        headers[5].Value.ShouldBe("application/x-protobuf; framing=confluent; messageType=oddswire.public.v1.OddsUpdate");
    }

    [Fact]
    public void The_names_of_CloudEvents_may_be_switched_on()
    {
        var headers = Map(Samples.OddsUpdate, cloudEvents: true).Headers;
        headers.Find("ce_specversion").ShouldBe("1.0");
        headers.Find("ce_id").ShouldBe(Samples.OddsUpdate.Id.ToString());
        headers.Find("ce_type").ShouldBe("oddswire.public.v1.OddsUpdate");
        headers.Find("ce_source").ShouldBe("/oddswire/nfl");
        headers.Find("ce_subject").ShouldBe("nfl:2015091000");
        headers.Find("ce_time").ShouldBe("2015-09-11T00:06:40.000000Z");
        headers.Find("ce_dataschema").ShouldBe($"/schemas/ids/{SchemaId}");
        headers.Find("game_id").ShouldBe("nfl:2015091000", "the plain names stay");
        headers.ToList().Count.ShouldBe(16);
    }

    [Fact]
    public void Whatever_is_added_inside_stays_inside()
    {
        var extras =
            from fields in Gen.ListOf(Gen.Choose(60, 5000).Zip(Gen.Choose(0, 3)))
            from names in Gen.ListOf(Gen.Elements("cause_key", "player_id", "game_id", "fair", "ce_type", "trader", "x-internal", "margin", "schema_id", "äöü"))
            select (Fields: fields.ToList(), Names: names.ToList());
        Prop.ForAll(extras.ToArbitrary(), extra =>
        {
            OddsUpdateCodec.Write(_writer, Samples.OddsUpdate);
            foreach (var (field, kind) in extra.Fields)
            {
                Add(_writer, field, kind);
            }

            var headers = RecordHeaders.Of([.. extra.Names.Select(name => (name, Secret))]);
            var mapped = Map(Record(_writer.Written.ToArray(), "nfl:2015091000", headers));
            _writer.Clear();
            var clean = Map(Samples.OddsUpdate);
            mapped.Value.ToArray().ShouldBe(clean.Value.ToArray());
            mapped.Headers.Encoded.ToArray().ShouldBe(clean.Headers.Encoded.ToArray());
            mapped.Key.ToArray().ShouldBe(clean.Key.ToArray());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Fair_probabilities_and_the_cause_do_not_cross()
    {
        var other = Samples.OddsUpdate with
        {
            First = Samples.OddsUpdate.First with { Fair = Probability.FromMillionths(1) },
            Second = Samples.OddsUpdate.Second with { Fair = Probability.FromMillionths(2) },
            CauseKey = Secret,
        };
        var mapped = Map(other);
        mapped.Value.ToArray().ShouldBe(Map(Samples.OddsUpdate).Value.ToArray());
        Encoding.UTF8.GetString(mapped.Headers.Encoded.Span).ShouldNotContain(Secret);
    }

    [Fact]
    public void Every_value_of_a_market_that_is_priced_has_one_in_the_contract()
    {
        foreach (var type in Enum.GetValues<MarketType>().Where(type => type != MarketType.None))
        {
            var subject = type switch { MarketType.TeamTotal => "home", MarketType.PlayerProp => "p1", _ => "" };
            Message(Samples.OddsUpdate with { Market = new MarketKey(type, default, subject) }).ShouldNotBeEmpty();
        }

        foreach (var scope in Enum.GetValues<MarketScope>())
        {
            Message(Samples.OddsUpdate with { Market = new MarketKey(MarketType.Total, new Line(4550), Scope: scope) }).ShouldNotBeEmpty();
        }

        foreach (var status in Enum.GetValues<MarketStatus>().Where(status => status != MarketStatus.None))
        {
            Message(Samples.OddsUpdate with { Status = status }).ShouldNotBeEmpty();
        }

        foreach (var reason in Enum.GetValues<StatusReason>())
        {
            Message(Samples.OddsUpdate with { Reason = reason }).ShouldNotBeEmpty();
        }

        foreach (var code in Enum.GetValues<SelectionCode>().Where(code => code != SelectionCode.None))
        {
            Message(Samples.OddsUpdate with { First = Samples.OddsUpdate.First with { Code = code } }).ShouldNotBeEmpty();
        }

        foreach (var result in Enum.GetValues<SelectionResult>())
        {
            Message(Samples.OddsUpdate with { First = Samples.OddsUpdate.First with { Result = result } }).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void What_the_contract_cannot_say_is_refused_and_not_guessed()
    {
        Should.Throw<NotInContractException>(() => Map(Samples.OddsUpdate with { Status = (MarketStatus)99 })).Message.ShouldContain("market status '99'");
        Should.Throw<NotInContractException>(() => Map(Samples.OddsUpdate with { Market = new MarketKey((MarketType)99) })).Message.ShouldContain("market type '99'");
    }

    [Fact]
    public void A_record_under_another_key_or_of_another_league_is_refused()
    {
        OddsUpdateCodec.Write(_writer, Samples.OddsUpdate);
        var value = _writer.Written.ToArray();
        Should.Throw<WireFormatException>(() => Map(Record(value, "nfl:other", default)));
        Should.Throw<WireFormatException>(() => new PublicOddsMapper(League.Nba, 1).Map(Record(value, "nfl:2015091000", default), new OutputBuffer(), 1));
    }

    [Fact]
    public void Updates_of_several_games_and_causes_in_turn_each_get_their_own_headers()
    {
        var mapper = new PublicOddsMapper(League.Nfl, SchemaId);
        var output = new OutputBuffer();
        OddsUpdate[] updates =
        [
            Samples.OddsUpdate,
            Samples.OddsUpdate with { GameId = GameId.Parse("nfl:b") },
            Samples.OddsUpdate with { CauseKey = "1730" },
            Samples.OddsUpdate with { CauseKey = "1730", Sequence = 9 },
            Samples.OddsUpdate with { Market = new MarketKey(MarketType.PlayerProp, new Line(50), "p1", "hits") },
            Samples.OddsUpdate,
        ];
        foreach (var update in updates)
        {
            mapper.Map(RecordOf(update), output, 1);
        }

        Records(output).Select(record => record.Headers.ToList()).ShouldBe(updates.Select(update => Map(update).Headers.ToList()));
    }

    private static void Add(ProtoWriter to, int field, int kind)
    {
        switch (kind)
        {
            case 0: to.String(field, Secret); break;
            case 1: to.Int(field, 4711); break;
            case 2: to.UInt128(field, UInt128.MaxValue); break;
            default:
                var nested = to.Begin(field);
                to.String(1, Secret);
                to.End(nested);
                break;
        }
    }

    private byte[] Message(OddsUpdate update) => SchemaFrame.Read(Map(update).Value.Span, out _).ToArray();

    private LogRecord Map(OddsUpdate update, bool cloudEvents = false) => Map(RecordOf(update), cloudEvents);

    private LogRecord RecordOf(OddsUpdate update)
    {
        _writer.Clear();
        OddsUpdateCodec.Write(_writer, update);
        var record = Record(_writer.Written.ToArray(), update.GameId.Value, RecordHeaders.Of(("league", "nfl"), ("traceparent", "x")));
        _writer.Clear();
        return record;
    }

    private static LogRecord Map(LogRecord record, bool cloudEvents = false)
    {
        var output = new OutputBuffer();
        new PublicOddsMapper(League.Nfl, SchemaId, cloudEvents).Map(record, output, 1);
        return Records(output).ShouldHaveSingleItem();
    }

    private static List<LogRecord> Records(OutputBuffer output)
    {
        var records = new List<LogRecord>();
        foreach (var block in output.Blocks)
        {
            foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload.ToArray()))
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static LogRecord Record(byte[] value, string key, RecordHeaders headers) => new()
    {
        Partition = new TopicPartition(Topics.Odds(League.Nfl), 0),
        Offset = 7,
        AppendedAt = default,
        Key = Encoding.UTF8.GetBytes(key),
        Value = value,
        Headers = headers,
    };
}
