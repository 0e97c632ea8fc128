using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>What pricing keeps of a game's players: the box score, and the markets of those who are offered. Saved with the rest of the state.</summary>
internal sealed class PropState(LeagueBook book)
{
    private readonly List<PropSubject> _subjects = [];
    private readonly HashSet<string> _offered = [];

    /// <summary>What the players have done.</summary>
    public BoxScore Box { get; } = new(book.League);

    /// <summary>Who is offered, in the order in which they came on offer.</summary>
    public List<PropSubject> Subjects => _subjects;

    /// <summary>Whether the game was over or abandoned when the markets were last settled.</summary>
    public bool IsOver { get; set; }

    public bool IsOffered(PlayerLine line) => _offered.Contains(line.Id);

    public void Offer(PlayerLine line)
    {
        _offered.Add(line.Id);
        _subjects.Add(new PropSubject(book, line));
    }

    /// <summary>Takes in what an event says of players.</summary>
    public void Apply(in PriceCause cause, GameInfo? info)
    {
        foreach (var change in cause.Withdrawn)
        {
            Box.Apply(change, cause.WithdrawnPitcher, info, isWithdrawn: true);
        }

        foreach (var change in cause.Players)
        {
            Box.Apply(change, cause.Pitcher, info);
        }
    }

    public void Save(ProtoWriter to, int field)
    {
        if (Box.Players.Count == 0)
        {
            return;
        }

        var nested = to.Begin(field);
        BoxScoreCodec.Write(to, 1, Box);
        foreach (var subject in _subjects)
        {
            var inner = to.Begin(2);
            subject.Save(to);
            to.End(inner);
        }

        to.Bool(3, IsOver);
        to.End(nested);
    }

    public void Load(ReadOnlySpan<byte> saved, StringCache cache)
    {
        var reader = new ProtoReader(saved);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: BoxScoreCodec.Read(reader.Bytes(), Box, cache); break;
                case 2: LoadSubject(reader.Bytes(), cache); break;
                case 3: IsOver = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }
    }

    private void LoadSubject(ReadOnlySpan<byte> saved, StringCache cache)
    {
        var reader = new ProtoReader(saved);
        PropSubject? subject = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    var id = reader.String(cache);
                    Offer(Box.Find(id) ?? throw new WireFormatException($"Markets of a player '{id}' who is not in the box score."));
                    subject = _subjects[^1];
                    break;
                case 2 when subject is not null: subject.Load(reader.Bytes(), cache); break;
                default: reader.Skip(); break;
            }
        }
    }
}

/// <summary>A player on offer, with his markets by statistic.</summary>
internal sealed class PropSubject(LeagueBook book, PlayerLine line)
{
    private readonly MarketFamily?[] _families = new MarketFamily?[PropStatistics.Of(book.League).Length];
    private string _nameText = "";
    private byte[] _name = [];

    public PlayerLine Line { get; } = line;

    /// <summary>His markets; null where a statistic of the league is not offered of him.</summary>
    public ReadOnlySpan<MarketFamily?> Families => _families;

    /// <summary>The id as it stands in headers.</summary>
    public byte[] Id { get; } = System.Text.Encoding.UTF8.GetBytes(line.Id);

    /// <summary>The name as it stands in updates.</summary>
    public byte[] Name
    {
        get
        {
            // A feed may say it later than the player's first entry.
            if (!ReferenceEquals(_nameText, Line.Name))
            {
                (_nameText, _name) = (Line.Name, System.Text.Encoding.UTF8.GetBytes(Line.Name));
            }

            return _name;
        }
    }

    /// <summary>His markets of a statistic; null where the book has none.</summary>
    public MarketFamily? Open(int index)
    {
        var statistic = PropStatistics.Of(book.League)[index];
        if (book.Players.GetValueOrDefault(statistic) is not { } offer)
        {
            return null;
        }

        var key = new FamilyKey(MarketType.PlayerProp, Player: Line.Id, Statistic: statistic.Name());
        return _families[index] ??= new MarketFamily(key, offer);
    }

    public void Save(ProtoWriter to)
    {
        to.String(1, Line.Id);
        foreach (var family in _families)
        {
            if (family is not null)
            {
                var nested = to.Begin(2);
                family.Save(to);
                to.End(nested);
            }
        }
    }

    public void Load(ReadOnlySpan<byte> saved, StringCache cache)
    {
        var family = MarketFamily.Load(saved, cache, key => PropStatistics.TryParse(key.Statistic, out var statistic) ? book.Players.GetValueOrDefault(statistic) : null);
        if (PropStatistics.TryParse(family.Key.Statistic, out var known) && PropStatistics.Of(book.League).IndexOf(known) is var index and >= 0)
        {
            _families[index] = family;
        }
    }
}
