using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>
/// Which models price a game: the program's own until an operator chooses. The files chosen so far are kept, each once, as complete parts of the
/// game's state, so that a restart goes on with the very same parameters.
/// </summary>
internal sealed class ModelAssignment
{
    private const int None = -1;
    private readonly List<byte[]> _files = [];
    private int _live = None;
    private int _shadow = None;
    private int _filesToLoad;
    private ShelvedModel? _liveModel;
    private ShelvedModel? _shadowModel;

    /// <summary>How many files are kept.</summary>
    public int FileCount => Math.Max(_files.Count, _filesToLoad);

    /// <summary>A file kept.</summary>
    public byte[] File(int index) => _files[index];

    /// <summary>The model whose prices are published.</summary>
    public ShelvedModel Live(ModelShelf shelf) => _liveModel ??= _live == None ? shelf.Own : shelf.Of(_files[_live]);

    /// <summary>The model that prices beside it; null for none.</summary>
    public ShelvedModel? Shadow(ModelShelf shelf) => _shadow == None ? null : _shadowModel ??= shelf.Of(_files[_shadow]);

    /// <summary>Takes over an operator's choice. A default does not replace a choice.</summary>
    public void Take(ModelChange change)
    {
        ref var at = ref change.Role == ModelRole.Shadow ? ref _shadow : ref _live;
        if (change.IsDefault && at != None)
        {
            return;
        }

        at = change.Version.Length == 0 ? None : IndexOf(change.Parameters.Span);
        (_liveModel, _shadowModel) = (null, null);
    }

    public void Save(ProtoWriter to, int field)
    {
        if (_files.Count == 0)
        {
            return;
        }

        var nested = to.Begin(field);
        to.Int(1, _files.Count);
        to.Int(2, _live + 1);
        to.Int(3, _shadow + 1);
        to.End(nested);
    }

    public void Load(ReadOnlySpan<byte> saved)
    {
        var reader = new ProtoReader(saved);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: _filesToLoad = reader.Int32(); break;
                case 2: _live = reader.Int32() - 1; break;
                case 3: _shadow = reader.Int32() - 1; break;
                default: reader.Skip(); break;
            }
        }
    }

    public void LoadFile(ReadOnlySpan<byte> file) => _files.Add(file.ToArray());

    private int IndexOf(ReadOnlySpan<byte> file)
    {
        for (var i = 0; i < _files.Count; i++)
        {
            if (file.SequenceEqual(_files[i]))
            {
                return i;
            }
        }

        _files.Add(file.ToArray());
        return _files.Count - 1;
    }
}
