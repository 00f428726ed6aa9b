//! The store rules, on memory.

async fn fresh() -> rf_store_memory::MemoryStore {
    rf_store_memory::MemoryStore::new()
}

rf_store_conformance::conformance_tests!(fresh());
