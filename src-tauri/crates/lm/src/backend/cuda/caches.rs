//! Keys and values that stay, on the card: pages of 64 positions that all layers
//! share. Argument lists, pages and pieces are those of cached.cu.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use cudarc::driver::{CudaFunction, sys, sys::CUfunction_attribute};
use half::bf16;

use super::Cuda;
use super::device::{Device, Held, Launch, Numbers};
use super::product::Linear;
use crate::backend::{Attention, Caches, Heads, Rows};

/// Positions in one page.
const PAGE: usize = 64;
/// Query rows of a tile.
const TILE: usize = 64;
/// Pages of one piece of work: enough pieces to busy the card, few enough that
/// putting their parts together costs little.
const PIECE_PAGES: usize = 8;
const THREADS: usize = 128;
const WIDTHS: [usize; 5] = [16, 32, 64, 96, 128];

/// Pages that no run uses; they are given back with the model.
pub type Spare = Arc<Mutex<Vec<Numbers>>>;

/// Keys and values of a run of positions.
pub struct Cache {
    pages: Vec<Numbers>,
    layers: usize,
    spare: Spare,
}

impl Drop for Cache {
    fn drop(&mut self) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.append(&mut self.pages);
    }
}

/// How the rows of one pass lie, and room for their attention.
pub struct Layout {
    kernels: Option<Kernels>,
    table: Held<u32>,
    /// Where the parts of `table` begin.
    places: usize,
    positions: usize,
    rows: usize,
    pages: usize,
    pieces: usize,
    starts: usize,
    parts: usize,
    row_count: usize,
    piece_count: usize,
    part_rows: usize,
    sums: Held<f32>,
    weights: Held<f32>,
}

struct Kernels {
    attend: CudaFunction,
    combine: CudaFunction,
    store: CudaFunction,
}

impl Kernels {
    fn load(device: &Device, dim: usize) -> Result<Self, String> {
        if !WIDTHS.contains(&dim) {
            return Err(format!("heads of width {dim} aren't supported on a GPU"));
        }
        let load = |name: &str| {
            device.cached.load_function(name).map_err(|error| format!("kernel {name}: {error}"))
        };
        let attend = load(&format!("cached_attend_{dim}"))?;
        let most = CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        attend.set_attribute(most, shared(dim) as i32).map_err(|error| error.to_string())?;
        Ok(Self { attend, combine: load("cached_combine")?, store: load("cached_store")? })
    }
}

/// Shared bytes of `attend`.
fn shared(dim: usize) -> usize {
    640 * dim
}

/// Some positions in one page.
#[derive(Clone, Copy)]
struct Page {
    at: sys::CUdeviceptr,
    first: usize,
    count: usize,
}

/// The pages of a run that begins at position `past`.
fn pages(cache: &Cache, past: usize, len: usize) -> impl Iterator<Item = Page> {
    (0..len).step_by(PAGE).zip(&cache.pages).map(move |(first, page)| Page {
        at: page.at(0),
        first: past + first,
        count: PAGE.min(len - first),
    })
}

/// The table of a pass while it is being made.
#[derive(Default)]
struct Table(Vec<u32>);

impl Table {
    /// Begins a part at a multiple of 16 bytes.
    fn begin(&mut self) -> usize {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self.0.len()
    }

    fn long(&mut self, value: u64) {
        self.0.extend([value as u32, (value >> 32) as u32]);
    }
}

/// Runs that the same inputs of a batch see, in the order of their positions.
struct Shared {
    inputs: Vec<usize>,
    pages: Vec<Page>,
}

/// Every run of a batch once, those that the same inputs see together.
fn gather(batch: &[Rows<'_, Cuda>]) -> Vec<Shared> {
    // By the address of its first page, which no other run has.
    let mut order = Vec::new();
    let mut runs: BTreeMap<u64, (Vec<usize>, Vec<Page>)> = BTreeMap::new();
    for (i, rows) in batch.iter().enumerate() {
        let mut past = 0;
        let tail = (&*rows.tail, rows.len + rows.rows);
        for (cache, len) in rows.before.iter().copied().chain([tail]) {
            if let Some(key) = cache.pages.first().map(|page| page.at(0)) {
                let run = runs.entry(key).or_insert_with(|| {
                    order.push(key);
                    (Vec::new(), pages(cache, past, len).collect())
                });
                run.0.push(i);
            }
            past += len;
        }
    }
    let mut shared: Vec<Shared> = Vec::new();
    let mut by_inputs: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    for key in order {
        let Some((inputs, pages)) = runs.remove(&key) else { continue };
        match by_inputs.get(&inputs) {
            Some(&at) => shared[at].pages.extend(pages),
            None => {
                by_inputs.insert(inputs.clone(), shared.len());
                shared.push(Shared { inputs, pages });
            }
        }
    }
    shared
}

impl Layout {
    fn take_up(&mut self, heads: &Heads, batch: &[Rows<'_, Cuda>]) {
        let device = Arc::clone(&self.table.device);
        if self.kernels.is_none() {
            self.kernels = device.run(|| Kernels::load(&device, heads.dim));
        }
        let mut table = Table::default();
        let mut positions = Vec::new();
        self.places = table.begin();
        for rows in batch {
            let past = rows.past();
            for at in rows.len..rows.len + rows.rows {
                let page = rows.tail.pages.get(at / PAGE).map_or(0, |page| page.at(0));
                table.long(page + (at % PAGE * heads.dim * size_of::<bf16>()) as u64);
                positions.push((past + at) as u32);
            }
        }
        self.row_count = positions.len();
        self.positions = table.begin();
        table.0.extend(&positions);
        let mut list = Vec::new();
        let mut listed = Vec::new();
        let mut pieces = Vec::new();
        let mut of_row = vec![Vec::new(); positions.len()];
        let mut parts = 0;
        let group = heads.group();
        for shared in gather(batch) {
            let rows: Vec<usize> = shared
                .inputs
                .iter()
                .flat_map(|&i| batch[i].row..batch[i].row + batch[i].rows)
                .collect();
            for tile in rows.chunks((TILE / group).max(1)) {
                let first_row = list.len() as u32;
                list.extend(tile.iter().map(|&row| row as u32));
                let last = tile.iter().map(|&row| positions[row] as usize).max().unwrap_or(0);
                let seen = shared.pages.iter().take_while(|page| page.first <= last).count();
                for some in shared.pages[..seen].chunks(PIECE_PAGES) {
                    let first_page = listed.len() as u32;
                    listed.extend_from_slice(some);
                    let counts = [tile.len() as u32, first_page, some.len() as u32, parts as u32];
                    pieces.push((first_row, counts));
                    for (r, &row) in tile.iter().enumerate() {
                        of_row[row].push((parts + r * group) as u32);
                    }
                    parts += tile.len() * group;
                }
            }
        }
        // Long pieces first, so that no long one is begun last.
        pieces.sort_by_key(|(_, [_, _, pages, _])| std::cmp::Reverse(*pages));
        self.piece_count = pieces.len();
        self.part_rows = parts;
        self.rows = table.begin();
        table.0.extend(&list);
        self.pages = table.begin();
        for page in &listed {
            table.long(page.at);
            table.0.extend([page.first as u32, page.count as u32]);
        }
        self.pieces = table.begin();
        for (first_row, counts) in pieces {
            table.0.push(first_row);
            table.0.extend(counts);
            table.0.extend([0; 3]);
        }
        self.starts = table.begin();
        let mut start = 0;
        for parts in &of_row {
            table.0.push(start);
            start += parts.len() as u32;
        }
        table.0.push(start);
        self.parts = table.begin();
        table.0.extend(of_row.iter().flatten());
        self.table.grow(table.0.len());
        self.table.write(&table.0);
        self.sums.grow(heads.kv * parts * heads.dim);
        self.weights.grow(heads.kv * parts * 2);
    }
}

/// Where a layer begins in a page, in numbers.
fn layer_at(heads: &Heads, layer: usize) -> usize {
    layer * 2 * PAGE * heads.kv_width()
}

impl Caches for Cuda {
    type Cache = Cache;
    type Layout = Layout;
    type Host = Pinned;

    fn cache(&self, layers: usize) -> Cache {
        Cache { pages: Vec::new(), layers, spare: Arc::clone(&self.spare) }
    }

    fn cache_bytes(cache: &Cache) -> u64 {
        cache.pages.iter().map(|page| (page.len() * size_of::<bf16>()) as u64).sum()
    }

    fn reserve(&self, heads: &Heads, cache: &mut Cache, positions: usize) {
        while cache.pages.len() * PAGE < positions {
            let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let page = spare.unwrap_or_else(|| self.device.take(layer_at(heads, cache.layers)));
            cache.pages.push(page);
        }
    }

    fn layout(&self) -> Layout {
        let device = &self.device;
        Layout {
            kernels: None,
            table: device.take(0),
            places: 0,
            positions: 0,
            rows: 0,
            pages: 0,
            pieces: 0,
            starts: 0,
            parts: 0,
            row_count: 0,
            piece_count: 0,
            part_rows: 0,
            sums: device.take(0),
            weights: device.take(0),
        }
    }

    fn lay_out(&self, heads: &Heads, batch: &[Rows<'_, Self>], layout: &mut Layout) {
        layout.take_up(heads, batch);
    }

    fn attend_cached(
        &self,
        heads: &Heads,
        layer: usize,
        _: &mut [Rows<'_, Self>],
        layout: &mut Layout,
        inputs: &Attention<'_, Numbers>,
        out: &mut Numbers,
    ) {
        let (layout, table) = (&*layout, &layout.table);
        let Some(kernels) = &layout.kernels else { return };
        let layer_at = layer_at(heads, layer) as i64;
        Launch::new((layout.row_count, 1), THREADS)
            .with(inputs.k.at(0))
            .with(inputs.v.at(0))
            .with(table.at(layout.places))
            .with(layer_at)
            .with(heads.kv as i32)
            .with(heads.dim as i32)
            .run(&self.device, &kernels.store);
        Launch::new((heads.kv, layout.piece_count), THREADS)
            .shared(shared(heads.dim))
            .with(inputs.q.at(0))
            .with(table.at(layout.positions))
            .with(table.at(layout.rows))
            .with(table.at(layout.pages))
            .with(table.at(layout.pieces))
            .with(layout.sums.at(0))
            .with(layout.weights.at(0))
            .with(layout.part_rows as i32)
            .with(layer_at)
            .with(heads.kv as i32)
            .with(heads.q_width() as i32)
            .with(heads.group() as i32)
            .with(1.0 / (heads.dim as f32).sqrt())
            .run(&self.device, &kernels.attend);
        Launch::new((layout.row_count, heads.q), 64)
            .with(layout.sums.at(0))
            .with(layout.weights.at(0))
            .with(table.at(layout.starts))
            .with(table.at(layout.parts))
            .with(layout.part_rows as i32)
            .with(heads.group() as i32)
            .with(heads.dim as i32)
            .with(out.at(0))
            .with(heads.q_width() as i32)
            .run(&self.device, &kernels.combine);
    }

    fn host(&self) -> Pinned {
        Pinned { device: Arc::clone(&self.device), at: None, len: 0, wide: self.device.take(0) }
    }

    fn logits(&self, w: &Linear, rows: usize, x: &Numbers, to: &mut Pinned) {
        let len = rows * w.outputs;
        to.wide.grow(len);
        w.forward_wide(self, rows, x, &to.wide);
        to.fetch(len);
    }
}

/// f32 numbers on the card and, once fetched, in memory of the host that the
/// card writes to directly.
pub struct Pinned {
    device: Arc<Device>,
    /// `None` where there is no memory yet.
    at: Option<std::ptr::NonNull<f32>>,
    len: usize,
    wide: Held<f32>,
}

// SAFETY: the memory belongs to this value alone and no thread is special to it.
unsafe impl Send for Pinned {}
// SAFETY: what is shared is only read.
unsafe impl Sync for Pinned {}

impl Pinned {
    fn fetch(&mut self, len: usize) {
        let device = Arc::clone(&self.device);
        if self.len < len {
            self.give_back();
            self.at = device.run(|| {
                device.context.bind_to_thread().map_err(|error| error.to_string())?;
                // SAFETY: zeroed below before anything reads it.
                let at = unsafe { cudarc::driver::result::malloc_host(4 * len, 0) };
                let at = at.map_err(|error| error.to_string())?.cast::<f32>();
                // SAFETY: `len` numbers were just given.
                unsafe { at.write_bytes(0, len) };
                std::ptr::NonNull::new(at).ok_or_else(|| "no memory".to_owned())
            });
            self.len = if self.at.is_some() { len } else { 0 };
        }
        let Some(at) = self.at else { return };
        device.run(|| {
            device.context.bind_to_thread()?;
            // SAFETY: the room is `len` numbers or longer, and nothing else uses it
            // until the stream has been waited for, right below.
            unsafe {
                let to = std::slice::from_raw_parts_mut(at.as_ptr(), len);
                let stream = device.stream.cu_stream();
                cudarc::driver::result::memcpy_dtoh_async(to, self.wide.at(0), stream)
            }
        });
        device.run(|| device.stream.synchronize());
    }

    fn give_back(&mut self) {
        self.len = 0;
        let Some(at) = self.at.take() else { return };
        let _ = self.device.context.bind_to_thread();
        // SAFETY: it came from `malloc_host`, and nothing is being copied into it.
        let _ = unsafe { cudarc::driver::result::free_host(at.as_ptr().cast()) };
    }
}

impl AsRef<[f32]> for Pinned {
    fn as_ref(&self) -> &[f32] {
        match self.at {
            // SAFETY: `len` numbers lie there, all initialised.
            Some(at) => unsafe { std::slice::from_raw_parts(at.as_ptr(), self.len) },
            None => &[],
        }
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        self.give_back();
    }
}
