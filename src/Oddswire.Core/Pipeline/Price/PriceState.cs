using System.Runtime.InteropServices;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>What pricing keeps of a game: its information, the end of its chain, and every market ever offered as it was last published.</summary>
public sealed class PriceState
{
    private readonly LeagueBook _book;
    private readonly List<MarketFamily> _families = [];
    private readonly Dictionary<FamilyKey, MarketFamily> _byKey = [];

    internal PriceState(LeagueBook book) => (_book, Props) = (book, new PropState(book));

    /// <summary>What is known of the game; null before its information came.</summary>
    public GameInfo? Info { get; internal set; }

    /// <summary>Sequence of the last normalised event that was priced: one that comes again changes nothing.</summary>
    internal long LastEvent;

    /// <summary>Sequence of the last update; 0 for none.</summary>
    internal long LastSequence;

    /// <summary>Sequence of the shadow model's last update; 0 for none.</summary>
    internal long LastShadowSequence;

    /// <summary>Epoch of the game's chain.</summary>
    public int Epoch { get; internal set; } = 1;

    /// <summary>Which models price the game.</summary>
    internal ModelAssignment Models { get; } = new();

    /// <summary>The players: what they have done, and their markets.</summary>
    internal PropState Props { get; }

    /// <summary>How many markets are open for betting.</summary>
    public int OpenMarketCount
    {
        get
        {
            var count = 0;
            foreach (var family in Families)
            {
                foreach (ref readonly var market in family.Markets)
                {
                    count += market.Status == MarketStatus.Open ? 1 : 0;
                }
            }

            return count;
        }
    }

    /// <summary>How many players' markets are open for betting.</summary>
    public int OpenPlayerMarketCount
    {
        get
        {
            var count = 0;
            foreach (var subject in Props.Subjects)
            {
                foreach (var family in subject.Families)
                {
                    foreach (ref readonly var market in family is null ? [] : family.Markets)
                    {
                        count += market.Status == MarketStatus.Open ? 1 : 0;
                    }
                }
            }

            return count;
        }
    }

    /// <summary>How many players are on offer.</summary>
    public int PlayerCount => Props.Subjects.Count;

    /// <summary>The score sheet on which markets were last settled: as long as it is only continued, what has ended stays so.</summary>
    internal ScoreSheet Sheet { get; set; } = ScoreSheet.Empty;

    /// <summary>Whether the game was over or abandoned when markets were last settled.</summary>
    internal bool IsOver { get; set; }

    internal ReadOnlySpan<MarketFamily> Families => CollectionsMarshal.AsSpan(_families);

    /// <summary>The family of a key; a new one, still without markets, when there was none.</summary>
    internal MarketFamily FamilyOf(in FamilyKey key)
    {
        ref var family = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, key, out _);
        if (family is null)
        {
            family = new MarketFamily(key, _book.Of(key.Type, key.Scope));
            _families.Add(family);
        }

        return family;
    }

    internal void Save(ProtoWriter to)
    {
        if (Info is { } info)
        {
            var nested = to.Begin(1);
            GameEventCodec.WriteInfo(to, info);
            to.End(nested);
        }

        to.Int(2, LastSequence);
        to.Int(3, Epoch);
        foreach (var family in _families)
        {
            var nested = to.Begin(4);
            family.Save(to);
            to.End(nested);
        }

        to.Bytes(5, Sheet.Entries);
        to.Bool(6, IsOver);
        to.Int(7, LastShadowSequence);
        Models.Save(to, 8);
        to.Int(9, LastEvent);
        Props.Save(to, 10);
    }

    internal static PriceState Load(ReadOnlySpan<byte> saved, StringCache cache, LeagueBook book)
    {
        var state = new PriceState(book);
        var reader = new ProtoReader(saved);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: state.Info = GameEventCodec.ReadInfo(reader.Bytes(), cache); break;
                case 2: state.LastSequence = reader.Int(); break;
                case 3: state.Epoch = reader.Int32(); break;
                case 4: state.Add(MarketFamily.Load(reader.Bytes(), cache, key => book.Of(key.Type, key.Scope))); break;
                case 5: state.Sheet = cache.Sheet(reader.Bytes()); break;
                case 6: state.IsOver = reader.Bool(); break;
                case 7: state.LastShadowSequence = reader.Int(); break;
                case 8: state.Models.Load(reader.Bytes()); break;
                case 9: state.LastEvent = reader.Int(); break;
                case 10: state.Props.Load(reader.Bytes(), cache); break;
                default: reader.Skip(); break;
            }
        }

        return state;
    }

    private void Add(MarketFamily family)
    {
        _families.Add(family);
        _byKey.Add(family.Key, family);
    }
}
