-- The schema as the database's container makes it when it starts for the first time.

CREATE TABLE documents (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    title VARCHAR(255) NOT NULL,
    version VARCHAR(50) NOT NULL,
    upload_date TIMESTAMP NOT NULL DEFAULT now(),
    file_path VARCHAR(500) NOT NULL,
    page_count INTEGER,
    processing_status VARCHAR(50) NOT NULL DEFAULT 'pending',
    metadata JSONB,
    created_at TIMESTAMP NOT NULL DEFAULT now(),
    updated_at TIMESTAMP NOT NULL DEFAULT now()
);

CREATE TABLE sections (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    document_id UUID NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    level INTEGER NOT NULL,
    title VARCHAR(500) NOT NULL,
    content TEXT NOT NULL,
    page_number INTEGER,
    parent_id UUID REFERENCES sections (id) ON DELETE CASCADE,
    order_index INTEGER NOT NULL,
    search_vector TSVECTOR
        GENERATED ALWAYS AS (to_tsvector('english', title || ' ' || content)) STORED,
    created_at TIMESTAMP NOT NULL DEFAULT now(),
    updated_at TIMESTAMP NOT NULL DEFAULT now()
);

CREATE INDEX idx_documents_status ON documents (processing_status);
CREATE INDEX idx_sections_document ON sections (document_id);
CREATE INDEX idx_sections_parent ON sections (parent_id);
CREATE INDEX idx_sections_order ON sections (document_id, order_index);
CREATE INDEX idx_sections_fts ON sections USING gin (search_vector);

CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = clock_timestamp();
    RETURN NEW;
END
$$;

CREATE TRIGGER documents_updated_at BEFORE UPDATE ON documents
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER sections_updated_at BEFORE UPDATE ON sections
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
