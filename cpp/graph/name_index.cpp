#include "graph/name_index.h"

#include <functional>

namespace alembic_native {

namespace {

constexpr std::size_t fewest_slots = 16;

std::uint32_t hash_of(std::string_view name) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>()(name));
}

}  // namespace

void NameIndex::reserve(std::size_t names) {
  entries_.reserve(names);
  std::size_t slots = fewest_slots;
  while (slots < 2 * names) slots *= 2;
  if (slots > slots_.size()) spread_over(slots);
}

std::pair<Node, bool> NameIndex::insert(std::string_view name, Node node) {
  if (2 * (entries_.size() + 1) > slots_.size()) reserve(2 * (entries_.size() + 1));
  const std::uint32_t hash = hash_of(name);
  Slot& slot = slots_[slot_of(name, hash)];
  if (slot.position != 0) return {entries_[slot.position - 1].second, false};
  entries_.emplace_back(name, node);
  slot = {hash, static_cast<std::uint32_t>(entries_.size())};
  return {node, true};
}

void NameIndex::redirect(std::string_view name, Node node) {
  entries_[slots_[slot_of(name, hash_of(name))].position - 1].second = node;
}

std::optional<Node> NameIndex::find(std::string_view name) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[slot_of(name, hash_of(name))];
  if (slot.position == 0) return std::nullopt;
  return entries_[slot.position - 1].second;
}

std::size_t NameIndex::slot_of(std::string_view name, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t number = hash & mask;
  for (; slots_[number].position != 0; number = (number + 1) & mask) {
    const Slot& slot = slots_[number];
    if (slot.hash == hash && entries_[slot.position - 1].first == name) break;
  }
  return number;
}

void NameIndex::spread_over(std::size_t slots) {
  slots_.assign(slots, {});
  for (std::size_t index = 0; index < entries_.size(); ++index) {
    const std::string_view name = entries_[index].first;
    const std::uint32_t hash = hash_of(name);
    slots_[slot_of(name, hash)] = {hash, static_cast<std::uint32_t>(index + 1)};
  }
}

}  // namespace alembic_native
